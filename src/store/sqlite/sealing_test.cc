// Secrets in the file: which key they are under, and how they come under another.
#include "store/sqlite/sealing.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fstream>
#include <set>
#include <sstream>

#include "store/sqlite/test_crashing_vfs.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using sqlite::Access;
using sqlite::Connection;
using testing::HasSubstr;
using testing::Not;
using VaultHandle = std::shared_ptr<const crypto::Vault>;

VaultHandle new_vault() {
  return std::make_shared<const crypto::Vault>(crypto::MasterKey::generate());
}
crypto::VaultSource only(const VaultHandle& vault) {
  return [vault](const std::optional<std::string>&) { return vault; };
}

std::string bytes_of(const std::string& file) {
  std::ostringstream bytes;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    bytes << std::ifstream(file + suffix, std::ios::binary).rdbuf();
  }
  return std::move(bytes).str();
}

Batch some_secrets() {
  Batch batch;
  batch.directory.of<Apiv3KeyRow>() = {{"1900000001", std::string(32, 'k'), wall_at(1)},
                                       {"1900000001", "", wall_at(2)},
                                       {"1900000001", std::string(32, 'l'), wall_at(3)}};
  batch.directory.of<PlatformKeyRow>() = {
      {"AA", "public-key", "", "a private key", wall_at(1), wall_at(2)}};
  batch.directory.of<SecretRow>() = {{"ca.key", "another private key"}};
  return batch;
}

class Sealing : public testing::Test {
 protected:
  Sealing() { CHECK((*open(first_))->commit(some_secrets())); }
  Result<std::unique_ptr<Store>> open(const VaultHandle& vault) {
    return open_sqlite_store({.path = file_, .vault = only(vault)});
  }
  Result<std::size_t> reseal(const VaultHandle& from, const VaultHandle& to) {
    return reseal_sqlite_store({.path = file_, .vault = only(from)}, only(to));
  }
  // Changes nothing: closing a connection that may write would empty the log.
  std::string id_in_file() {
    return **sqlite::sealed_under(**Connection::open(file_, Access::at_rest, ""));
  }
  void execute(const std::string& sql) {
    ASSERT_TRUE((*Connection::open(file_, Access::create, ""))->execute(sql));
  }
  // `gone`: of its time nothing is left, neither in the file nor in its log.
  void expect_all_under(const VaultHandle& vault, const VaultHandle& gone = nullptr) {
    const auto store = open(vault);
    ASSERT_TRUE(store) << store.error().what;
    const DirectoryRows rows = *(*store)->directory();
    const Batch expected = some_secrets();
    EXPECT_TRUE(same(rows.of<Apiv3KeyRow>(), expected.directory.of<Apiv3KeyRow>()));
    EXPECT_TRUE(same(rows.of<PlatformKeyRow>(), expected.directory.of<PlatformKeyRow>()));
    EXPECT_TRUE(same(rows.of<SecretRow>(), expected.directory.of<SecretRow>()));
    if (gone == nullptr) return;
    // While it is open: closing it would empty the log in any case.
    EXPECT_THAT(bytes_of(file_), Not(HasSubstr(gone->key_id())));
  }

  TempDir dir_;
  std::string file_ = dir_.path() + "/favorhook.db";
  VaultHandle first_ = new_vault();
  VaultHandle second_ = new_vault();
};

TEST_F(Sealing, NothingInTheFileIsPlain) {
  const auto store = open(first_);
  const Batch secrets = some_secrets();
  for (const SecretRow& row : secrets.directory.of<SecretRow>()) {
    EXPECT_THAT(bytes_of(file_), Not(HasSubstr(row.value)));
  }
  EXPECT_THAT(bytes_of(file_), Not(HasSubstr("a private key")));
  EXPECT_THAT(bytes_of(file_), Not(HasSubstr(std::string(32, 'k'))));
  EXPECT_THAT(bytes_of(file_), HasSubstr(first_->key_id()));
}

TEST_F(Sealing, AnotherKeyIsRefusedAndChangesNothing) {
  const std::string before = bytes_of(file_);
  const auto refused = open(second_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr(first_->key_id()));
  EXPECT_THAT(refused.error().what, HasSubstr(second_->key_id()));
  EXPECT_EQ(bytes_of(file_), before);
}

TEST_F(Sealing, WithoutAVaultSecretsAreNeitherReadNorWritten) {
  const auto store = open_sqlite_store({.path = file_});
  ASSERT_TRUE(store) << store.error().what;
  EXPECT_THAT((*store)->directory().error().what, HasSubstr("without a master key"));
  const auto kept = (*store)->commit(some_secrets());
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().what, HasSubstr("without a master key"));
}

TEST_F(Sealing, AValueMovedToAnotherRowDoesNotOpen) {
  execute("INSERT INTO secrets SELECT 'tls.key', sealed_value FROM secrets WHERE name = 'ca.key'");
  const auto read = (*open(first_))->directory();
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what, HasSubstr("secrets/tls.key was altered"));
}

TEST_F(Sealing, ResealsEverythingUnderTheNextKey) {
  EXPECT_EQ(*reseal(first_, second_), 5u);
  EXPECT_EQ(id_in_file(), second_->key_id());
  expect_all_under(second_);
  EXPECT_FALSE(open(first_));
  EXPECT_THAT(bytes_of(file_), Not(HasSubstr(first_->key_id())));
  EXPECT_EQ(*reseal(second_, second_), 0u);
}

TEST_F(Sealing, ResealingWithTheWrongKeyChangesNothing) {
  EXPECT_FALSE(reseal(new_vault(), second_));
  expect_all_under(first_);
}

// The log still holds pages from before the transaction until it is emptied: by the next start,
// where a crash came between the two.
TEST_F(Sealing, ACrashWhileResealingLeavesEverythingUnderOneKeyAndNothingOfTheOther) {
  std::set<std::string> ids;
  bool log_was_left = false;
  int operations = 0;
  for (bool ended = false; !ended; ++operations) {
    const VaultHandle to = id_in_file() == first_->key_id() ? second_ : first_;
    const VaultHandle from = to == first_ ? second_ : first_;
    ended = ends_within(operations, [&] {
      return reseal_sqlite_store({.path = file_, .vfs = kCrashingVfs, .vault = only(from)},
                                 only(to))
          .has_value();
    });
    const bool changed = id_in_file() == to->key_id();
    const std::string left = bytes_of(file_);
    log_was_left = log_was_left || (changed && left.find(from->key_id()) != left.npos);
    ids.insert(id_in_file());
    changed ? expect_all_under(to, from) : expect_all_under(from);
  }
  EXPECT_EQ(ids.size(), 2u);
  EXPECT_TRUE(log_was_left) << "no crash came between the commit and the end of the log";
  EXPECT_GT(operations, 5);
}

}  // namespace
}  // namespace favorhook::store
