#include "runtime/master_key.h"

#include <gmock/gmock.h>

#include "crypto/random.h"
#include "runtime/authority.h"
#include "runtime/files.h"
#include "runtime/node_store.h"
#include "runtime/secrets.h"
#include "runtime/test_support.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class MasterKeys : public testing::Test {
 protected:
  ~MasterKeys() override {
    for (const char* name : kVariables) ::unsetenv(name);
  }
  std::string key_file(const std::string& name, const crypto::MasterKey& key) {
    EXPECT_TRUE(write_file(home_.file(name), key.to_text() + "\n"));
    return home_.file(name);
  }
  bool exists(std::string_view name) const { return std::filesystem::exists(data_->file(name)); }
  Result<FoundKey> find(const std::optional<std::string>& sealed_under,
                        const MasterKeyPlaces& places = {}) {
    return find_master_key(*data_, places, sealed_under);
  }

  static constexpr std::array kVariables = {"FAVORHOOK_MASTER_KEY", "FAVORHOOK_MASTER_KEY_FILE",
                                            "CREDENTIALS_DIRECTORY"};
  TempDir home_;
  Result<DataDir> data_ = open_data_dir(home_.file("d"), true);
  Result<DataDir> production_ = open_data_dir(home_.file("p"), false);
  const crypto::MasterKey one_ = crypto::MasterKey::generate();
  const crypto::MasterKey two_ = crypto::MasterKey::generate();
};

TEST_F(MasterKeys, AreLookedForInOrder) {
  MasterKeyPlaces places = {.file = key_file("file", one_), .given = two_};
  EXPECT_EQ(find({}, places)->key.id(), one_.id());
  places.file.clear();
  EXPECT_EQ(find({}, places)->from, "FAVORHOOK_MASTER_KEY");
  places.given.reset();
  places.credential = key_file("credential", one_);
  EXPECT_EQ(find({}, places)->key.id(), one_.id());
  EXPECT_FALSE(exists(kOwnKeyFile));
  EXPECT_TRUE(find({})->own);
  EXPECT_EQ(mode_of(data_->file(kOwnKeyFile)), 0600u);
}

TEST_F(MasterKeys, OfTheEnvironmentAreTakenOutOfIt) {
  ::setenv("FAVORHOOK_MASTER_KEY", one_.to_text().c_str(), 1);
  const char* const where = ::getenv("FAVORHOOK_MASTER_KEY");
  const auto places = master_key_places();
  ASSERT_TRUE(places) << places.error().what;
  EXPECT_EQ(places->given->id(), one_.id());
  EXPECT_EQ(::getenv("FAVORHOOK_MASTER_KEY"), nullptr);
  EXPECT_EQ(*where, '\0');
  EXPECT_FALSE(master_key_places()->given);
}

TEST_F(MasterKeys, ThatAreNoneAreNotRepeated) {
  ::setenv("FAVORHOOK_MASTER_KEY", "a-word-that-is-no-key", 1);
  const auto places = master_key_places();
  ASSERT_FALSE(places);
  EXPECT_THAT(places.error().what, HasSubstr("FAVORHOOK_MASTER_KEY: a master key is 32 bytes"));
  EXPECT_THAT(places.error().what, Not(HasSubstr("a-word")));
  EXPECT_EQ(::getenv("FAVORHOOK_MASTER_KEY"), nullptr);
}

TEST_F(MasterKeys, AreSystemdsWhereItHasOne) {
  ::setenv("CREDENTIALS_DIRECTORY", home_.file(".").c_str(), 1);
  EXPECT_EQ(master_key_places()->credential, "");
  const std::string file = key_file("favorhook-master-key", one_);
  // As systemd's access list for the service's user shows.
  std::filesystem::permissions(file, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(find({}, *master_key_places())->key.id(), one_.id());
}

TEST_F(MasterKeys, OfAFileThatOthersMayReadAreRefused) {
  const std::string file = key_file("file", one_);
  for (const auto bit : {std::filesystem::perms::group_read, std::filesystem::perms::others_read,
                         std::filesystem::perms::group_write}) {
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | bit);
    EXPECT_THAT(find({}, {.file = file}).error().what, HasSubstr("chmod 600 " + file));
  }
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  EXPECT_TRUE(find({}, {.file = file}));
}

TEST_F(MasterKeys, ProductionNeedsOne) {
  const auto none = find_master_key(*production_, {}, {});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().what, HasSubstr("favorhook key new --out FILE"));
  EXPECT_FALSE(std::filesystem::exists(production_->file(kOwnKeyFile)));
}

TEST_F(MasterKeys, ThatDoNotFitAreNamed) {
  const auto wrong = find(one_.id(), {.given = two_});
  ASSERT_FALSE(wrong);
  for (const std::string& part : {std::string("the wrong master key"), one_.id(), two_.id()}) {
    EXPECT_THAT(wrong.error().what, HasSubstr(part));
  }
}

TEST_F(MasterKeys, ThatAreLostAreNotMadeAnew) {
  EXPECT_FALSE(find(one_.id()));
  EXPECT_FALSE(exists(kOwnKeyFile));
}

// What the secrets are sealed under decides which key a rotation that was cut off leaves.
TEST_F(MasterKeys, OfARotationThatWasCutOffAreSettled) {
  const std::string own = find({})->key.id();
  ASSERT_TRUE(keep_next_key(*data_, one_));
  EXPECT_EQ(mode_of(data_->file("master.key.next")), 0600u);
  EXPECT_EQ(find(own)->key.id(), own);
  EXPECT_FALSE(exists("master.key.next"));

  ASSERT_TRUE(keep_next_key(*data_, one_));
  EXPECT_EQ(find(one_.id())->key.id(), one_.id());
  EXPECT_FALSE(exists("master.key.next"));
  EXPECT_FALSE(find(own));
}

TEST_F(MasterKeys, OpenTheStoreOrItStaysClosed) {
  crypto::SystemRandom random;
  const WallTime now = SystemClocks().wall();
  ASSERT_TRUE(open_node_store(*production_, "a test", {.given = one_}, now, random));
  const auto wrong = open_node_store(*production_, "a test", {.given = two_}, now, random);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().what, HasSubstr("the wrong master key"));
  EXPECT_TRUE(open_node_store(*production_, "a test", {.given = one_}, now, random));
}

// The first version kept the CA in files.
TEST_F(MasterKeys, SealWhatLayInFiles) {
  const WallTime now = SystemClocks().wall();
  const auto old = crypto::CertificateAuthority::create(now);
  ASSERT_TRUE(write_file(data_->file("ca.key.pem"), old.key_pem()));
  ASSERT_TRUE(write_file(data_->file("ca.pem"), old.certificate_pem(), true));
  ASSERT_TRUE(write_file(data_->file("tls.key.pem"), "an old key"));
  ASSERT_TRUE(store::open_sqlite_store({.path = data_->file("favorhook.db")}));
  crypto::SystemRandom random;
  for (int start = 0; start < 2; ++start) {
    const auto held = open_node_store(*data_, "a test", {}, now, random);
    ASSERT_TRUE(held) << held.error().what;
    EXPECT_EQ(held->authority.certificate_pem(), old.certificate_pem());
    EXPECT_EQ(secret_of(*read_secrets(*held->store), kAuthorityKey), old.key_pem());
    EXPECT_FALSE(exists("ca.key.pem"));
    EXPECT_FALSE(exists("tls.key.pem"));
    // What is in the store counts, also where the file was lost.
    std::filesystem::remove(data_->file("ca.pem"));
  }
  ASSERT_TRUE(open_node_store(*data_, "a test", {}, now, random));
  EXPECT_EQ(*read_file(data_->file("ca.pem")), old.certificate_pem());
}

// tls_certificate_file may name a file of the data directory.
TEST_F(MasterKeys, LeaveFilesThatTheFirstVersionDidNotMake) {
  ASSERT_TRUE(write_file(data_->file("tls.pem"), "the operator's chain"));
  ASSERT_TRUE(write_file(data_->file("tls.key.pem"), "the operator's key"));
  crypto::SystemRandom random;
  ASSERT_TRUE(open_node_store(*data_, "a test", {}, SystemClocks().wall(), random));
  EXPECT_TRUE(exists("tls.pem"));
  EXPECT_TRUE(exists("tls.key.pem"));
}

}  // namespace
}  // namespace favorhook::runtime
