#include "runtime/data_dir.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "crypto/random.h"
#include "runtime/files.h"
#include "runtime/node_store.h"
#include "runtime/secrets.h"
#include "runtime/server_file.h"
#include "runtime/test_support.h"
#include "runtime/tls_identity.h"

namespace favorhook::runtime {
namespace {

using testing::HasSubstr;

TEST(DataDir, IsMadeOnceAndPrivate) {
  const TempDir home;
  const std::string path = home.file("below/data");
  const auto made = open_data_dir(path, std::nullopt);
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_TRUE(made->made_now);
  EXPECT_TRUE(made->sandbox);
  EXPECT_GE(made->admin_token.size(), 32u);
  EXPECT_EQ(mode_of(path), 0700u);
  for (const char* name : {"favorhook.json", "admin.token"}) {
    EXPECT_EQ(mode_of(made->file(name)), 0600u) << name;
  }
  const auto again = open_data_dir(path, true);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_FALSE(again->made_now);
  EXPECT_EQ(again->admin_token, made->admin_token);
  EXPECT_EQ(*read_file(made->file("favorhook.json")), "{\"format\":1,\"mode\":\"sandbox\"}\n");
}

TEST(DataDir, StaysWhatItIs) {
  const TempDir home;
  ASSERT_TRUE(open_data_dir(home.file("p"), false));
  const auto wrong = open_data_dir(home.file("p"), true);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().what, HasSubstr("is a production data directory"));
  const auto as_it_is = open_data_dir(home.file("p"), std::nullopt);
  ASSERT_TRUE(as_it_is);
  EXPECT_FALSE(as_it_is->sandbox);
}

TEST(DataDir, IsNotMadeAmongOtherFiles) {
  const TempDir home;
  ASSERT_TRUE(write_file(home.file("thesis.txt"), "x"));
  const auto refused = open_data_dir(home.file("."), std::nullopt);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("thesis.txt"));
}

TEST(DataDir, ThatACrashLeftHalfMadeIsMadeAnew) {
  const TempDir home;
  const std::string path = home.file("d");
  ASSERT_TRUE(open_data_dir(path, true));
  std::filesystem::remove(path + "/favorhook.json");
  const auto made = open_data_dir(path, false);
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_TRUE(made->made_now);
  EXPECT_FALSE(made->sandbox);
}

TEST(DataDir, ThatIsDamagedOrNewerIsLeftAlone) {
  const TempDir home;
  const std::string path = home.file("d");
  ASSERT_TRUE(open_data_dir(path, true));
  for (const char* marker :
       {"", "{}", "{\"format\":1,\"mode\":\"x\"}", "{\"format\":2,\"mode\":\"sandbox\"}"}) {
    ASSERT_TRUE(write_file(path + "/favorhook.json", marker));
    EXPECT_FALSE(open_data_dir(path, std::nullopt)) << marker;
    EXPECT_EQ(*read_file(path + "/favorhook.json"), marker);
  }
}

TEST(Files, GetTheirModesWhateverWasThere) {
  const TempDir home;
  const std::string path = home.file("f");
  ASSERT_TRUE(write_file(path, "open", true));
  EXPECT_EQ(mode_of(path), 0644u);
  ASSERT_TRUE(write_file(path, "secret"));
  EXPECT_EQ(mode_of(path), 0600u);
  EXPECT_EQ(*read_file(path), "secret");
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
  EXPECT_FALSE(write_file(home.file("missing/f"), "x"));
  ASSERT_TRUE(write_file(path, std::string(limits::kFileBytesMax + 1, 'x')));
  EXPECT_FALSE(read_file(path));
}

TEST(NodeStore, MakesThePlatformsKeysOnce) {
  const TempDir home;
  const auto data = open_data_dir(home.file("d"), true);
  crypto::SystemRandom random;
  const WallTime now = SystemClocks().wall();
  std::vector<std::string> first;
  for (int start = 0; start < 2; ++start) {
    const auto held = open_node_store(*data, "a test", {}, now, random);
    ASSERT_TRUE(held) << held.error().what;
    std::vector<std::string> serials;
    for (const auto& key : held->directory->get()->platform_keys()) serials.push_back(key.serial);
    ASSERT_EQ(serials.size(), 2u);
    if (start == 0) first = serials;
    EXPECT_EQ(serials, first);
    EXPECT_EQ(mode_of(data->file("favorhook.db")), 0600u);
  }
  EXPECT_THAT(first, testing::UnorderedElementsAre(testing::MatchesRegex("[0-9A-F]{40}"),
                                                   testing::MatchesRegex("PUB_KEY_ID_[0-9]{34}")));
}

TEST(NodeStore, IsMadePrivateWhateverItWas) {
  const TempDir home;
  const auto data = open_data_dir(home.file("d"), true);
  crypto::SystemRandom random;
  ASSERT_TRUE(write_file(data->file("favorhook.db"), "", true));
  ASSERT_TRUE(open_node_store(*data, "a test", {}, SystemClocks().wall(), random));
  EXPECT_EQ(mode_of(data->file("favorhook.db")), 0600u);
}

// An empty store would pass for a new one.
TEST(NodeStore, ThatWasLostIsNotMadeAnew) {
  const TempDir home;
  const auto data = open_data_dir(home.file("d"), true);
  const std::string file = data->file("favorhook.db");
  crypto::SystemRandom random;
  const WallTime now = SystemClocks().wall();
  ASSERT_TRUE(open_node_store(*data, "a test", {}, now, random));
  std::filesystem::rename(file, file + ".away");
  const auto missing = open_node_store(*data, "a test", {}, now, random);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().what, testing::HasSubstr("favorhook.db is missing, and the data"));
  EXPECT_FALSE(file_exists(file));
  ASSERT_TRUE(write_file(file, ""));
  const auto empty = open_node_store(*data, "a test", {}, now, random);
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().what, testing::HasSubstr("favorhook.db is empty, and the data"));
  std::filesystem::rename(file + ".away", file);
  EXPECT_TRUE(open_node_store(*data, "a test", {}, now, random));
}

TEST(NodeStore, ThatIsHeldSaysByWhom) {
  const TempDir home;
  const auto data = open_data_dir(home.file("d"), true);
  crypto::SystemRandom random;
  const auto held = open_node_store(*data, "the first", {}, SystemClocks().wall(), random);
  const auto second = open_node_store(*data, "the second", {}, SystemClocks().wall(), random);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("the first"));
  EXPECT_THAT(second.error().what, HasSubstr(std::to_string(::getpid())));
}

class Identity : public testing::Test {
 protected:
  TlsIdentity at(WallTime now) { return *identity(now); }
  Result<TlsIdentity> identity(WallTime now) {
    return tls_identity(config_, *held_->store, held_->authority, now);
  }
  TempDir home_;
  Config config_;
  WallTime now_ = SystemClocks().wall();
  crypto::SystemRandom random_;
  Result<DataDir> data_ = open_data_dir(home_.file("d"), true);
  Result<NodeStore> held_ = open_node_store(*data_, "a test", {}, now_, random_);
};

TEST_F(Identity, IsKeptUntilItNearsItsEnd) {
  const TlsIdentity first = at(now_);
  EXPECT_EQ(at(now_ + std::chrono::days(700)).chain_pem, first.chain_pem);
  const TlsIdentity renewed = at(now_ + std::chrono::days(800));
  EXPECT_NE(renewed.chain_pem, first.chain_pem);
  EXPECT_NE(renewed.key_pem, first.key_pem);
  EXPECT_EQ(at(now_ + std::chrono::days(801)).chain_pem, renewed.chain_pem);
}

TEST_F(Identity, IsMadeAnewWhereKeyAndCertificateDoNotBelongTogether) {
  const TlsIdentity first = at(now_);
  ASSERT_TRUE(
      keep_secrets(*held_->store, {{kTlsKey, crypto::PrivateKey::generate_p256().to_pem()}}));
  EXPECT_NE(at(now_).chain_pem, first.chain_pem);
}

TEST_F(Identity, IsTheOperatorsWhereThereIsOne) {
  config_.tls_certificate_file = home_.file("c.pem");
  config_.tls_key_file = home_.file("k.pem");
  EXPECT_THAT(identity(now_).error().what, HasSubstr("c.pem"));
  ASSERT_TRUE(write_file(config_.tls_certificate_file, "chain"));
  ASSERT_TRUE(write_file(config_.tls_key_file, "key"));
  EXPECT_EQ(at(now_).chain_pem, "chain");
}

TEST(ServerFile, LeadsToAddressesThatCanBeConnectedTo) {
  EXPECT_EQ(local_url("http", "127.0.0.1:8480"), "http://127.0.0.1:8480");
  EXPECT_EQ(local_url("https", "0.0.0.0:443"), "https://127.0.0.1:443");
  EXPECT_EQ(local_url("https", "[::]:443"), "https://[::1]:443");
  EXPECT_EQ(local_url("http", "[::1]:1"), "http://[::1]:1");
  EXPECT_EQ(local_url("http", ""), "");
}

TEST(ServerFile, OfAProcessThatIsGoneCountsAsNone) {
  const TempDir home;
  const std::string path = home.file("server.json");
  EXPECT_FALSE(read_server_file(path));
  ASSERT_TRUE(write_server_file(path, {::getpid(), "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"}));
  ASSERT_TRUE(read_server_file(path));
  EXPECT_EQ(read_server_file(path)->admin_listen, "127.0.0.1:3");
  // Above Linux's greatest process id.
  ASSERT_TRUE(write_server_file(path, {1 << 23, "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"}));
  EXPECT_FALSE(read_server_file(path));
  ASSERT_TRUE(write_file(path, "{}"));
  EXPECT_FALSE(read_server_file(path));
}

}  // namespace
}  // namespace favorhook::runtime
