#include "store/sqlite/backup.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/test_patience.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using testing::HasSubstr;

Batch delivered_once(std::int64_t seq) {
  Batch batch;
  batch.state.put(sample_event(seq));
  batch.attempts.push_back(sample_result(seq, 1));
  return batch;
}

// More than one part of pages, so that others come in between.
constexpr std::int64_t kMany = 9000;
Batch many_events() {
  Batch batch;
  for (std::int64_t seq = 1; seq <= kMany; ++seq) batch.state.put(sample_event(seq));
  return batch;
}

std::size_t events_in(const std::string& file) {
  const auto reader = open_sqlite_to_look(file, Held::no);
  if (!reader) ADD_FAILURE() << reader.error().what;
  const auto events = (*reader)->events({.limit = 1'000'000});
  EXPECT_TRUE(events);
  EXPECT_TRUE((*reader)->damage(1).empty());
  return events->size();
}

class SqliteBackup : public testing::Test {
 protected:
  Result<BackupNote> back_up(Held held) {
    return back_up_sqlite_store(
        {.store = home_.file(), .held = held, .note = {.mode = "sandbox", .version = "0.1.0"}},
        copy_);
  }
  std::string fault_of(const std::string& to) {
    const auto made = back_up_sqlite_store(
        {.store = home_.file(), .held = Held::by_another, .note = {}, .replaces = true}, to);
    return made ? "no fault" : made.error().what;
  }
  std::string in_home(const std::string& name) const { return home_.dir() + "/" + name; }
  SqliteHome home_;
  TempDir kept_;
  std::string copy_ = kept_.file("kept.db");
};

TEST_F(SqliteBackup, IsOnePrivateFileThatIsAStore) {
  {
    ASSERT_TRUE(home_.open()->commit(delivered_once(1)));
  }
  const auto made = back_up(Held::no);
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_EQ(made->mode, "sandbox");
  EXPECT_TRUE(made->sealed_under);
  struct stat file{};
  ASSERT_EQ(::stat(copy_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777u, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(kept_.path()), {}), 1);
  EXPECT_EQ(events_in(copy_), 1U);
  const auto note = read_backup_note(copy_);
  ASSERT_TRUE(note) << note.error().what;
  EXPECT_EQ(note->version, "0.1.0");
  EXPECT_EQ(note->sealed_under, made->sealed_under);
}

TEST_F(SqliteBackup, IsOfOneMomentWhileAnotherWrites) {
  const auto store = home_.open();
  ASSERT_TRUE(store->commit(many_events()));
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> last = kMany;
  std::thread writer([&] {
    while (!done) ASSERT_TRUE(store->commit(delivered_once(++last)));
  });
  EXPECT_TRUE(eventually([&] { return last > kMany + 1; }));
  const auto made = back_up(Held::by_another);
  done = true;
  writer.join();
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_GE(events_in(copy_), static_cast<std::size_t>(kMany));
  EXPECT_LE(events_in(copy_), static_cast<std::size_t>(last));
}

TEST_F(SqliteBackup, ComesBackAsTheStoreThatItWas) {
  {
    ASSERT_TRUE(home_.open()->commit(delivered_once(1)));
  }
  ASSERT_TRUE(back_up(Held::no));
  const std::string restored = kept_.file("favorhook.db");
  const auto done = restore_sqlite_store(copy_, restored);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(events_in(restored), 1U);
  EXPECT_THAT(read_backup_note(restored).error().what, HasSubstr("is no backup"));
  EXPECT_THAT(restore_sqlite_store(copy_, restored).error().what, HasSubstr("exists already"));
  const auto store = open_sqlite_store({.path = restored, .vault = crypto::test_vault()});
  ASSERT_TRUE(store) << store.error().what;
  EXPECT_TRUE((*store)->commit(delivered_once(2)));
}

// --force replaces a file; what is written from then on would be in none.
TEST_F(SqliteBackup, NeverTakesThePlaceOfTheStoreThatItIsOf) {
  const auto store = home_.open();
  ASSERT_TRUE(store->commit(delivered_once(1)));
  std::filesystem::create_symlink(home_.dir(), kept_.file("link"));
  for (const std::string& to :
       {home_.file(), home_.dir() + "/./favorhook.db", kept_.file("link/favorhook.db"),
        home_.file() + "-wal", home_.file() + "-shm"}) {
    const auto made = back_up_sqlite_store(
        {.store = home_.file(), .held = Held::by_another, .note = {}, .replaces = true}, to);
    ASSERT_FALSE(made) << to;
    EXPECT_THAT(made.error().what, HasSubstr("is the store itself"));
  }
  ASSERT_TRUE(store->commit(delivered_once(2)));
  EXPECT_EQ((*store->open_reader())->events({})->size(), 2U);
}

// Its marker, its lock, a sandbox's master key and what SQLite is about to make: none of them is
// there to be replaced, whatever its name is reached by.
TEST_F(SqliteBackup, MakesAndReplacesNothingInTheDataDirectory) {
  home_.open();
  std::filesystem::create_directories(in_home("merchants/1"));
  std::filesystem::create_symlink(home_.dir(), kept_.file("link"));
  std::ofstream(in_home("master.key")) << "the only one";
  const std::string relative = std::filesystem::relative(home_.dir()).string();
  for (const std::string& to :
       {in_home("master.key"), in_home("new.db"), in_home("merchants/1/new.db"),
        in_home("merchants/../favorhook.db-journal"), kept_.file("link/master.key"),
        kept_.file("link/merchants/new.db"), relative + "/master.key"}) {
    EXPECT_THAT(fault_of(to), HasSubstr("is in the data directory")) << to;
  }
  EXPECT_EQ(std::filesystem::file_size(in_home("master.key")), 12U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(home_.dir()), {}), 3);
}

TEST_F(SqliteBackup, ReplacesNothingButRegularFilesAndThoseOnlyWhenTold) {
  home_.open();
  ASSERT_EQ(::mkfifo(kept_.file("fifo").c_str(), 0600), 0);
  std::filesystem::create_directory(kept_.file("folder"));
  std::ofstream(kept_.file("file")) << "a letter";
  std::filesystem::create_symlink(kept_.file("file"), kept_.file("link"));
  std::filesystem::create_symlink(kept_.file("nowhere"), kept_.file("dangling"));
  for (const char* name : {"fifo", "folder", "link", "dangling"}) {
    EXPECT_THAT(fault_of(kept_.file(name)), HasSubstr("is no regular file")) << name;
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(kept_.path()), {}), 5);
  EXPECT_EQ(std::filesystem::file_size(kept_.file("file")), 8U);
  const auto unasked =
      back_up_sqlite_store({.store = home_.file(), .note = {}}, kept_.file("file"));
  ASSERT_FALSE(unasked);
  EXPECT_THAT(unasked.error().what, HasSubstr("--force replaces it"));
  EXPECT_EQ(fault_of(kept_.file("file")), "no fault");
  EXPECT_EQ(events_in(kept_.file("file")), 0U);
}

TEST_F(SqliteBackup, ASecondOneOfThatNameLeavesTheFirstAlone) {
  const auto store = home_.open();
  ASSERT_TRUE(store->commit(many_events()));
  std::vector<std::string> seconds;
  const auto made =
      back_up_sqlite_store({.store = home_.file(),
                            .held = Held::by_another,
                            .note = {},
                            .after_part = [&] { seconds.push_back(fault_of(copy_)); }},
                           copy_);
  ASSERT_TRUE(made) << made.error().what;
  ASSERT_FALSE(seconds.empty());
  EXPECT_THAT(seconds, testing::Each(HasSubstr("another backup of that name is under way")));
  EXPECT_EQ(events_in(copy_), static_cast<std::size_t>(kMany));
  EXPECT_EQ(fault_of(copy_), "no fault");
}

// SQLite takes what is missing of the last page for zeros, which most often are zeros.
TEST_F(SqliteBackup, AFileThatIsCutInItsLastPageIsRefused) {
  {
    ASSERT_TRUE(home_.open()->commit(delivered_once(1)));
  }
  ASSERT_TRUE(back_up(Held::no));
  const auto size = std::filesystem::file_size(copy_);
  const std::string restored = kept_.file("favorhook.db");
  const auto expect_fault = [&](const char* why) {
    EXPECT_THAT(read_backup_note(copy_).error().what, HasSubstr(why));
    EXPECT_THAT(restore_sqlite_store(copy_, restored).error().what, HasSubstr(why));
    const auto reader = open_sqlite_to_look(copy_, Held::no);
    ASSERT_TRUE(reader) << reader.error().what;
    EXPECT_THAT((*reader)->damage(5), testing::Contains(HasSubstr(why)));
    EXPECT_FALSE(std::filesystem::exists(restored));
  };
  std::filesystem::resize_file(copy_, size + 1);
  expect_fault("is too long");
  for (const std::uintmax_t missing : {1, 10, 4095, 4096, 5000}) {
    std::filesystem::resize_file(copy_, size - missing);
    expect_fault("it is cut");
  }
}

TEST_F(SqliteBackup, NothingIsMadeOfAnEmptyFile) {
  std::ofstream(copy_).flush();
  EXPECT_THAT(read_backup_note(copy_).error().what, HasSubstr("is empty"));
  std::ofstream(home_.file()).flush();
  EXPECT_THAT(fault_of(kept_.file("other.db")), HasSubstr("is empty"));
  EXPECT_FALSE(std::filesystem::exists(kept_.file("other.db.partial")));
}

TEST_F(SqliteBackup, WhatIsNoBackupOrDamagedIsNotRestored) {
  {
    ASSERT_TRUE(home_.open()->commit(delivered_once(1)));
  }
  const std::string restored = kept_.file("favorhook.db");
  EXPECT_THAT(restore_sqlite_store(home_.file(), restored).error().what, HasSubstr("is no backup"));
  ASSERT_TRUE(back_up(Held::no));
  std::filesystem::resize_file(copy_, std::filesystem::file_size(copy_) - 4096);
  EXPECT_FALSE(restore_sqlite_store(copy_, restored));
  EXPECT_FALSE(std::filesystem::exists(restored));
  EXPECT_FALSE(std::filesystem::exists(restored + ".partial"));
}

TEST_F(SqliteBackup, WhatACrashLeftOfAnEarlierOneIsReplaced) {
  {
    ASSERT_TRUE(home_.open()->commit(delivered_once(1)));
  }
  for (const char* suffix : {".partial", ".partial-journal", ".partial-wal"}) {
    std::ofstream(copy_ + suffix) << std::string(100'000, 'x');
  }
  ASSERT_TRUE(back_up(Held::no));
  EXPECT_EQ(events_in(copy_), 1U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(kept_.path()), {}), 1);
}

}  // namespace
}  // namespace favorhook::store
