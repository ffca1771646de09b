// The operator's commands below the command line: the client in its two forms, and a merchant's
// files.
#include <gmock/gmock.h>

#include <boost/json/object.hpp>
#include <filesystem>

#include "base/check.h"
#include "base/temp_dir.h"
#include "cli/admin_client.h"
#include "cli/json_view.h"
#include "cli/merchant_add.h"
#include "cli/merchant_files.h"
#include "crypto/certificates.h"
#include "runtime/files.h"
#include "runtime/server.h"
#include "runtime/test_support.h"

namespace favorhook::cli {
namespace {

using runtime::mode_of;
using testing::HasSubstr;

class AdminCommands : public testing::Test {
 protected:
  std::string data() const { return home_.file("data"); }
  std::unique_ptr<AdminClient> open(StoreAccess access = StoreAccess::may_make) {
    auto admin = AdminClient::open(data(), access);
    CHECK(admin);
    return std::move(*admin);
  }
  std::unique_ptr<runtime::Server> serve() {
    runtime::Config config;
    config.data_dir = data();
    config.listen.port = config.tls_listen.port = config.admin_listen.port = 0;
    config.loops = 1;
    config.log_level = LogLevel::error;
    auto server = runtime::Server::start(config);
    CHECK(server);
    return std::move(*server);
  }
  MerchantAdd order(const std::string& mchid) const {
    return {mchid, "shop", "direct", "", merchant_directory(data(), mchid)};
  }

  TempDir home_;
};

TEST_F(AdminCommands, WriteAMerchantsFilesUnderTheNamesMerchantsKnow) {
  const auto admin = open();
  const auto dir = add_merchant_files(*admin, order("1900000001"));
  ASSERT_TRUE(dir) << dir.error().what;
  const auto files = read_merchant_files(*dir);
  ASSERT_TRUE(files) << files.error().what;
  EXPECT_EQ(files->mchid, "1900000001");
  EXPECT_EQ(files->apiv3_key.size(), 32u);
  EXPECT_EQ(runtime::read_file(*dir + "/apiv3_key.txt")->size(), 32u);
  EXPECT_EQ(files->platform_keys.serials().size(), 2u);
  EXPECT_EQ(files->ca_file, *dir + "/ca.pem");
  EXPECT_EQ(mode_of(*dir + "/apiclient_key.pem"), 0600u);
  EXPECT_EQ(mode_of(*dir + "/apiv3_key.txt"), 0600u);
  EXPECT_EQ(mode_of(*dir), 0700u);

  const auto certificate =
      crypto::Certificate::from_pem(*runtime::read_file(*dir + "/apiclient_cert.pem"));
  const auto key = crypto::PrivateKey::from_pem(*runtime::read_file(*dir + "/apiclient_key.pem"));
  EXPECT_EQ(certificate->public_key.to_pem(), key->public_key().to_pem());
  const auto shown = admin->call("GET", "/admin/v1/merchants/1900000001");
  EXPECT_EQ(shown->at("has_apiv3_key"), boost::json::value(true));
}

TEST_F(AdminCommands, NameTheTextThatIsNotUtf8) {
  MerchantAdd bad = order("1900000001");
  bad.name = "\xff";
  const auto local = add_merchant_files(*open(), bad);
  ASSERT_FALSE(local);
  EXPECT_EQ(local.error().what, "name is not UTF-8");
  const auto server = serve();
  const auto remote = add_merchant_files(*open(StoreAccess::server_only), bad);
  ASSERT_FALSE(remote);
  EXPECT_EQ(remote.error().what, "name is not UTF-8");
}

TEST_F(AdminCommands, LeaveTheFilesOfAMerchantAlone) {
  const auto admin = open();
  ASSERT_TRUE(add_merchant_files(*admin, order("1900000001")));
  const std::string key = merchant_directory(data(), "1900000001") + "/apiclient_key.pem";
  const auto before = runtime::read_file(key);
  EXPECT_FALSE(add_merchant_files(*admin, order("1900000001")));
  EXPECT_EQ(*runtime::read_file(key), *before);

  MerchantAdd elsewhere = order("1900000001");
  elsewhere.out_dir = home_.file("elsewhere");
  const auto again = add_merchant_files(*admin, elsewhere);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().what, HasSubstr("exists already"));
  EXPECT_FALSE(std::filesystem::exists(elsewhere.out_dir));
}

TEST_F(AdminCommands, TakeUpTheSecretsOfATryThatFailed) {
  const auto admin = open();
  MerchantAdd wrong = order("1900000001");
  wrong.kind = "bank";
  ASSERT_FALSE(add_merchant_files(*admin, wrong));
  const auto secret = runtime::read_file(wrong.out_dir + "/apiv3_key.txt");
  ASSERT_TRUE(secret);
  ASSERT_TRUE(add_merchant_files(*admin, order("1900000001")));
  EXPECT_EQ(*runtime::read_file(wrong.out_dir + "/apiv3_key.txt"), *secret);
}

TEST_F(AdminCommands, CertifyARequestWithoutSeeingItsKey) {
  const auto admin = open();
  const auto key = crypto::PrivateKey::generate_rsa2048();
  MerchantAdd with_csr = order("1900000001");
  with_csr.csr_pem = crypto::make_certificate_request("1900000001", key);
  const auto dir = add_merchant_files(*admin, with_csr);
  ASSERT_TRUE(dir) << dir.error().what;
  EXPECT_FALSE(std::filesystem::exists(*dir + "/apiclient_key.pem"));
  const auto certificate =
      crypto::Certificate::from_pem(*runtime::read_file(*dir + "/apiclient_cert.pem"));
  EXPECT_EQ(certificate->public_key.to_pem(), key.public_key().to_pem());
}

TEST_F(AdminCommands, OpenOnlyADirectoryThatIsThere) {
  EXPECT_FALSE(AdminClient::open(data(), StoreAccess::allowed));
  const auto server_only = AdminClient::open(data(), StoreAccess::server_only);
  ASSERT_FALSE(server_only);
  EXPECT_THAT(server_only.error().what, HasSubstr("favorhook serve"));
  EXPECT_FALSE(std::filesystem::exists(data()));
  open(StoreAccess::may_make).reset();
  EXPECT_TRUE(AdminClient::open(data(), StoreAccess::allowed));
}

TEST_F(AdminCommands, HoldTheStoreWhileTheyUseIt) {
  const auto admin = open();
  const auto second = AdminClient::open(data(), StoreAccess::allowed);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("is held by pid"));
}

TEST_F(AdminCommands, GoThroughTheServerWhereOneRuns) {
  const auto server = serve();
  const auto admin = open(StoreAccess::server_only);
  ASSERT_TRUE(add_merchant_files(*admin, order("1900000001")));
  const auto listed = admin->call("GET", "/admin/v1/merchants");
  ASSERT_TRUE(listed) << listed.error().what;
  EXPECT_EQ(elements(*listed, "merchants").size(), 1u);
  const auto fault = admin->call("GET", "/admin/v1/merchants/1900000009");
  ASSERT_FALSE(fault);
  EXPECT_EQ(fault.error().what, "there is no such merchant");
  server->stop();
  // The same commands, in this process.
  EXPECT_FALSE(AdminClient::open(data(), StoreAccess::server_only));
}

TEST_F(AdminCommands, SeeLaterWhatAServerWasTold) {
  auto server = serve();
  ASSERT_TRUE(add_merchant_files(*open(), order("1900000001")));
  server.reset();
  EXPECT_TRUE(open(StoreAccess::allowed)->call("GET", "/admin/v1/merchants/1900000001"));
}

TEST_F(AdminCommands, CannotResendWithoutAServer) {
  const auto answer = open()->call("POST", "/admin/v1/events/01/resend");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().what, HasSubstr("running server"));
}

TEST(Tables, AreAsWideAsTheirWidestCell) {
  EXPECT_EQ(table_text({{"A", "B"}, {"商家", "x"}, {"abcde", ""}}), "A      B\n商家   x\nabcde\n");
}

TEST(Shown, IsWhatAPersonReads) {
  const boost::json::value value = {{"text", "a\x1b[1m"}, {"flag", true},
                                    {"number", 7},        {"none", nullptr},
                                    {"half", 0.5},        {"list", boost::json::array{"a", "b"}}};
  EXPECT_EQ(shown(value, "text"), "a\\x1b[1m");
  EXPECT_EQ(shown(value, "flag"), "yes");
  EXPECT_EQ(shown(value, "number"), "7");
  EXPECT_EQ(shown(value, "half"), "0.5");
  EXPECT_EQ(shown(value, "none"), "");
  EXPECT_EQ(shown(value, "missing"), "");
  EXPECT_EQ(shown(value, "list"), "a, b");
}

}  // namespace
}  // namespace favorhook::cli
