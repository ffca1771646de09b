#include "store/sqlite/backup.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using testing::HasSubstr;

Batch batch_of(std::int64_t seq) {
  Batch batch;
  batch.state.events.put(seq, sample_event(seq));
  batch.attempts.push_back(sample_result(seq, 1));
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
  SqliteHome home_;
  TempDir kept_;
  std::string copy_ = kept_.file("kept.db");
};

TEST_F(SqliteBackup, IsOnePrivateFileThatIsAStore) {
  {
    ASSERT_TRUE(home_.open()->commit(batch_of(1)));
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
  // More than one part of pages, so that commits come in between.
  Batch many;
  for (std::int64_t seq = 1; seq <= 3000; ++seq) many.state.events.put(seq, sample_event(seq));
  ASSERT_TRUE(store->commit(many));
  std::atomic<bool> done{false};
  std::int64_t last = 3000;
  std::thread writer([&] {
    while (!done) ASSERT_TRUE(store->commit(batch_of(++last)));
  });
  const auto made = back_up(Held::by_another);
  done = true;
  writer.join();
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_GE(events_in(copy_), 3000U);
  EXPECT_GT(last, 3000);
  EXPECT_LE(events_in(copy_), static_cast<std::size_t>(last));
}

TEST_F(SqliteBackup, ComesBackAsTheStoreThatItWas) {
  {
    ASSERT_TRUE(home_.open()->commit(batch_of(1)));
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
  EXPECT_TRUE((*store)->commit(batch_of(2)));
}

// --force replaces a file; what is written from then on would be in none.
TEST_F(SqliteBackup, NeverTakesThePlaceOfTheStoreThatItIsOf) {
  const auto store = home_.open();
  ASSERT_TRUE(store->commit(batch_of(1)));
  std::filesystem::create_symlink(home_.dir(), kept_.file("link"));
  for (const std::string& to :
       {home_.file(), home_.dir() + "/./favorhook.db", kept_.file("link/favorhook.db"),
        home_.file() + "-wal", home_.file() + "-shm"}) {
    const auto made =
        back_up_sqlite_store({.store = home_.file(), .held = Held::by_another, .note = {}}, to);
    ASSERT_FALSE(made) << to;
    EXPECT_THAT(made.error().what, HasSubstr("is the store itself"));
  }
  ASSERT_TRUE(store->commit(batch_of(2)));
  EXPECT_EQ((*store->open_reader())->events({})->size(), 2U);
}

TEST_F(SqliteBackup, WhatIsNoBackupOrDamagedIsNotRestored) {
  {
    ASSERT_TRUE(home_.open()->commit(batch_of(1)));
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
    ASSERT_TRUE(home_.open()->commit(batch_of(1)));
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
