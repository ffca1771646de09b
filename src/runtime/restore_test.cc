// What a restore does with the directory that it is given; that the store comes back whole is
// store/sqlite/backup_test.cc's part.
#include "runtime/restore.h"

#include <gmock/gmock.h>

#include "crypto/random.h"
#include "runtime/files.h"
#include "runtime/node_store.h"
#include "runtime/test_support.h"

namespace favorhook::runtime {
namespace {

using testing::HasSubstr;

class Restore : public testing::Test {
 protected:
  // A backup of a data directory of its own, and the key that it is sealed under.
  Restore() { back_up("sandbox", key_); }

  void back_up(const std::string& mode, const crypto::MasterKey& key) {
    const auto data = open_data_dir(home_.file("of-" + mode), mode == "sandbox");
    CHECK(open_node_store(*data, "a test", {.given = key}, SystemClocks().wall(), random_));
    const store::BackupOrder order = {
        .store = data->file("favorhook.db"), .note = {.mode = mode}, .replaces = true};
    CHECK(store::back_up_sqlite_store(order, backup_));
  }
  std::string key_file(const crypto::MasterKey& key) {
    CHECK(write_file(home_.file("key"), key.to_text()));
    return home_.file("key");
  }
  std::string fault(const std::string& with_key = "") {
    const auto note = restore_data_dir(backup_, data_, with_key);
    return note ? "no fault" : note.error().what;
  }
  bool exists(const std::string& name) const { return file_exists(data_ + "/" + name); }

  TempDir home_;
  crypto::SystemRandom random_;
  const crypto::MasterKey key_ = crypto::MasterKey::generate();
  std::string backup_ = home_.file("kept.db");
  std::string data_ = home_.file("data");
};

TEST_F(Restore, MakesADirectoryThatAServerTakes) {
  const auto note = restore_data_dir(backup_, data_, key_file(key_));
  ASSERT_TRUE(note) << note.error().what;
  EXPECT_EQ(note->sealed_under, key_.id());
  EXPECT_EQ(mode_of(data_), 0700u);
  for (const char* name : {"favorhook.json", "favorhook.db", "master.key", "admin.token"}) {
    EXPECT_EQ(mode_of(data_ + "/" + name), 0600u) << name;
  }
  EXPECT_FALSE(exists("restore.unfinished"));
  const auto data = open_data_dir(data_, true);
  ASSERT_TRUE(data) << data.error().what;
  const auto held = open_node_store(*data, "a test", {}, SystemClocks().wall(), random_);
  ASSERT_TRUE(held) << held.error().what;
  EXPECT_EQ(held->directory->get()->platform_keys().size(), 2u);
}

TEST_F(Restore, NeverTouchesADataDirectory) {
  ASSERT_TRUE(open_data_dir(data_, true));
  ASSERT_TRUE(write_file(data_ + "/favorhook.db", "a store"));
  EXPECT_THAT(fault(), HasSubstr("is a data directory already"));
  EXPECT_EQ(*read_file(data_ + "/favorhook.db"), "a store");
}

// The log of another store would be read as this one's.
TEST_F(Restore, TakesNoDirectoryWithWhatIsNotItsOwn) {
  for (const char* name : {"favorhook.db", "favorhook.db-wal", "favorhook.db-shm", "notes.txt"}) {
    std::filesystem::create_directories(data_);
    ASSERT_TRUE(write_file(data_ + "/" + name, "left by somebody"));
    EXPECT_THAT(fault(), HasSubstr(fmt::format("is not empty (it has {})", name)));
    EXPECT_EQ(*read_file(data_ + "/" + name), "left by somebody");
    std::filesystem::remove_all(data_);
  }
}

TEST_F(Restore, GoesOnWhereAnEarlierOneWasCutOff) {
  std::filesystem::create_directories(data_);
  for (const char* name : {"restore.unfinished", "favorhook.db", "favorhook.db.partial",
                           "favorhook.db.partial-journal", "admin.token"}) {
    ASSERT_TRUE(write_file(data_ + "/" + name, "half of it"));
  }
  EXPECT_FALSE(open_data_dir(data_, true)) << "no server may start on a part";
  EXPECT_EQ(fault(key_file(key_)), "no fault");
  EXPECT_FALSE(exists("restore.unfinished"));
  EXPECT_FALSE(exists("favorhook.db.partial-journal"));
  EXPECT_TRUE(open_data_dir(data_, true));
}

TEST_F(Restore, TakesNoOtherMasterKey) {
  const crypto::MasterKey other = crypto::MasterKey::generate();
  const std::string why = fault(key_file(other));
  EXPECT_THAT(why, testing::AllOf(HasSubstr(key_.id()), HasSubstr(other.id())));
  EXPECT_FALSE(exists("favorhook.json"));
  EXPECT_FALSE(exists("master.key"));
  EXPECT_EQ(fault(key_file(key_)), "no fault") << "the next try has nothing in its way";
}

// Before anything is in it: also where the restore then fails or is killed.
TEST_F(Restore, MakesADirectoryThatWasThereItsOwnersAtOnce) {
  std::filesystem::create_directories(data_);
  std::filesystem::permissions(data_, std::filesystem::perms(0755));
  EXPECT_NE(fault(key_file(crypto::MasterKey::generate())), "no fault");
  EXPECT_EQ(mode_of(data_), 0700u);
}

TEST_F(Restore, TakesNoBackupThatIsCutOrEmpty) {
  const auto size = std::filesystem::file_size(backup_);
  std::filesystem::resize_file(backup_, size - 10);
  EXPECT_THAT(fault(), HasSubstr("it is cut"));
  std::filesystem::resize_file(backup_, 0);
  EXPECT_THAT(fault(), HasSubstr("is empty"));
  EXPECT_FALSE(std::filesystem::exists(data_));
}

// Beside its store the key would guard nothing, and nobody looks for it there.
TEST_F(Restore, PutsNoKeyOfProductionIntoTheDirectory) {
  back_up("production", key_);
  EXPECT_THAT(fault(key_file(key_)), HasSubstr("name it with master_key_file"));
  EXPECT_FALSE(std::filesystem::exists(data_));
  EXPECT_EQ(fault(), "no fault");
}

}  // namespace
}  // namespace favorhook::runtime
