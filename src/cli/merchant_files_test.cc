#include "cli/merchant_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/temp_dir.h"
#include "cli/test_merchant.h"
#include "runtime/server_file.h"

namespace favorhook::cli {
namespace {

namespace fs = std::filesystem;
using merchant::TestPlatform;
using testing::HasSubstr;

// A data directory of its own, with one merchant's files.
class MerchantFilesTest : public testing::Test {
 protected:
  MerchantFilesTest() { add_merchant("1900000001"); }

  void add_merchant(const std::string& mchid) const {
    write_test_merchant(merchant_directory(data_, mchid));
  }

  TempDir dir_;
  fs::path data_ = dir_.path();
};

TEST_F(MerchantFilesTest, AreReadWhole) {
  const std::string dir = merchant_directory(data_, "1900000001");
  write_text(fs::path(dir) / "apiv3_key.txt",
             "0123456789abcdef0123456789ABCDEF\n");  // an editor's \n
  const auto files = read_merchant_files(dir);
  ASSERT_TRUE(files) << files.error().what;
  EXPECT_EQ(files->mchid, "1900000001");
  EXPECT_EQ(files->serial_no.size(), 40u);
  EXPECT_EQ(files->private_key_pem, TestPlatform::instance().merchant_key.to_pem());
  EXPECT_EQ(files->apiv3_key, "0123456789abcdef0123456789ABCDEF");
  EXPECT_EQ(files->ca_file, dir + "/ca.pem");
  EXPECT_THAT(files->platform_keys.serials(),
              testing::UnorderedElementsAre(TestPlatform::instance().certificate.serial_no,
                                            "PUB_KEY_ID_0000000000000024101100397200000006"));
}

TEST_F(MerchantFilesTest, MayLackTheKeyOfAMerchantWhoSentARequest) {
  const fs::path dir = merchant_directory(data_, "1900000001");
  fs::remove(dir / "apiclient_key.pem");
  fs::remove(dir / "apiv3_key.txt");
  const auto files = read_merchant_files(dir);
  ASSERT_TRUE(files) << files.error().what;
  EXPECT_EQ(files->private_key_pem, "");
  EXPECT_EQ(files->apiv3_key, "");
  const auto client = make_client(data_, dir, "http://127.0.0.1:1");
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().what, HasSubstr("apiclient_key.pem"));
}

TEST_F(MerchantFilesTest, NameTheFileThatCannotBeRead) {
  const fs::path dir = merchant_directory(data_, "1900000001");
  write_text(dir / "wechatpay_X.pem", "nothing");
  auto files = read_merchant_files(dir);
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().what, HasSubstr("wechatpay_X.pem"));
  fs::remove(dir / "wechatpay_X.pem");
  fs::remove(dir / "pub_key_id.txt");
  files = read_merchant_files(dir);
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().what, HasSubstr("pub_key_id.txt"));
  fs::remove(dir / "apiclient_cert.pem");
  files = read_merchant_files(dir);
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().what, HasSubstr("apiclient_cert.pem"));
}

TEST_F(MerchantFilesTest, AreFoundByNameOrBecauseTheyAreTheOnlyOnes) {
  const std::string only = merchant_directory(data_, "1900000001");
  EXPECT_EQ(find_merchant_directory(data_, ""), only);
  EXPECT_EQ(find_merchant_directory(data_, "1900000001"), only);
  EXPECT_EQ(find_merchant_directory(data_, "1900000001", "/elsewhere"), "/elsewhere");
  EXPECT_FALSE(find_merchant_directory(data_, "1900000002"));

  add_merchant("1900000002");
  const auto two = find_merchant_directory(data_, "");
  ASSERT_FALSE(two);
  EXPECT_THAT(two.error().what, HasSubstr("--mchid"));
  fs::remove_all(data_ / "merchants");
  const auto none = find_merchant_directory(data_, "");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().what, HasSubstr("merchant add"));
}

TEST_F(MerchantFilesTest, AreNotFoundWhereAnAddFailed) {
  write_text(data_ / "merchants/19/apiclient_key.pem", "a key that nothing was certified for");
  EXPECT_EQ(find_merchant_directory(data_, ""), merchant_directory(data_, "1900000001"));
}

TEST_F(MerchantFilesTest, LeadToTheRunningServer) {
  const auto before = read_server_addresses(data_);
  ASSERT_FALSE(before);
  EXPECT_THAT(before.error().what, HasSubstr("favorhook serve"));
  const std::string file = (data_ / runtime::kServerFile).string();
  ASSERT_TRUE(runtime::write_server_file(
      file, {::getpid(), "0.0.0.0:8480", "[::]:8443", "127.0.0.1:8481"}));
  const auto addresses = read_server_addresses(data_);
  ASSERT_TRUE(addresses) << addresses.error().what;
  EXPECT_EQ(addresses->http_url, "http://127.0.0.1:8480");
  EXPECT_EQ(addresses->https_url, "https://[::1]:8443");
  EXPECT_EQ(addresses->admin_url, "http://127.0.0.1:8481");
}

}  // namespace
}  // namespace favorhook::cli
