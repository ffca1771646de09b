#include "store/sqlite/look.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "store/lock.h"
#include "store/sqlite/connection.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Batch one_event_of(std::int64_t seq) {
  Batch batch;
  batch.state.put(sample_event(seq));
  return batch;
}

// A store that a crash left: its last event is in the log only.
void leave_crashed(const SqliteHome& home) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open_sqlite_store({.path = home.file()});
    const bool done = store && (*store)->commit(one_event_of(1)).has_value();
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
}

using Listing = std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>>;

Listing files_of(const std::string& dir) {
  Listing files;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    files[entry.path().filename()] = {entry.file_size(), entry.last_write_time()};
  }
  return files;
}

std::size_t events_of(const std::string& file, Held held) {
  const auto reader = open_sqlite_to_look(file, held);
  if (!reader) ADD_FAILURE() << reader.error().what;
  const auto events = reader ? (*reader)->events({}) : Result<std::vector<coupon::Event>>();
  return events ? events->size() : 0;
}

TEST(SqliteLook, ReadsTheLogOfACrashedStoreAndChangesNothing) {
  const SqliteHome home;
  leave_crashed(home);
  std::filesystem::remove(home.file() + "-shm");
  const Listing before = files_of(home.dir());
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(events_of(home.file(), Held::no), 1U);
  EXPECT_EQ(files_of(home.dir()), before);
}

TEST(SqliteLook, ReadsAStoppedStoreAndMakesNothingBesideIt) {
  SqliteHome home;
  ASSERT_TRUE(home.open()->commit(one_event_of(1)));
  const Listing before = files_of(home.dir());
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(events_of(home.file(), Held::no), 1U);
  EXPECT_EQ(files_of(home.dir()), before);
}

TEST(SqliteLook, ReadsBesideAStoreThatIsWritten) {
  SqliteHome home;
  const auto store = home.open();
  ASSERT_TRUE(store->commit(one_event_of(1)));
  EXPECT_EQ(events_of(home.file(), Held::by_another), 1U);
  ASSERT_TRUE(store->commit(one_event_of(2)));
  EXPECT_EQ(events_of(home.file(), Held::by_another), 2U);
}

TEST(SqliteLook, TakesAPathOfAnyCharacters) {
  SqliteHome home;
  home.open();
  const std::string odd = home.dir() + "/a%20?b#c.db";
  std::filesystem::copy(home.file(), odd);
  EXPECT_TRUE(open_sqlite_to_look(odd, Held::no));
}

TEST(SqliteLook, TellsOfATruncatedFile) {
  SqliteHome home;
  home.open();
  std::filesystem::resize_file(home.file(), std::filesystem::file_size(home.file()) / 2);
  const auto reader = open_sqlite_to_look(home.file(), Held::no);
  ASSERT_TRUE(reader) << reader.error().what;
  EXPECT_THAT((*reader)->damage(5), Not(IsEmpty()));
}

std::string fault_of(const std::string& file) {
  const auto reader = open_sqlite_to_look(file, Held::no);
  return reader ? "" : reader.error().what;
}

TEST(SqliteLook, RefusesWhatIsNotAStoreOfThisVersion) {
  SqliteHome home;
  home.open();
  EXPECT_THAT(fault_of(home.dir() + "/none.db"), HasSubstr("unable to open"));
  const std::string text = home.dir() + "/text";
  std::ofstream(text) << "no database, but long enough to be taken for the head of one: "
                      << std::string(200, '.');
  EXPECT_THAT(fault_of(text), HasSubstr("not a database"));
  const std::string empty = home.dir() + "/empty.db";
  std::ofstream(empty).flush();
  EXPECT_THAT(fault_of(empty), HasSubstr("is empty: it is not favorhook's store"));
  const std::string foreign = home.dir() + "/foreign.db";
  {
    const auto other = sqlite::Connection::open(foreign, sqlite::Access::create, "");
    ASSERT_TRUE((*other)->execute("CREATE TABLE t(a)"));
  }
  EXPECT_THAT(fault_of(foreign), HasSubstr("not favorhook's store"));
  const auto fault_of_version = [&](int version) {
    const auto store = sqlite::Connection::open(home.file(), sqlite::Access::create, "");
    EXPECT_TRUE((*store)->execute(fmt::format("PRAGMA user_version = {}", version)));
    return fault_of(home.file());
  };
  EXPECT_THAT(fault_of_version(99), HasSubstr("newer favorhook"));
  EXPECT_THAT(fault_of_version(4),
              HasSubstr("schema version 4, not 5: start `favorhook serve` once"));
}

TEST(StoreLook, KeepsOthersOutAndWritesNothing) {
  const TempDir dir;
  {
    const auto look = look_at_store_lock(dir.path());
    ASSERT_TRUE(look);
    EXPECT_FALSE(look->kept);
    EXPECT_EQ(look->holder, "");
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
  {
    ASSERT_TRUE(take_store_lock(dir.path(), "favorhook serve"));
  }
  const auto first = look_at_store_lock(dir.path());
  const auto second = look_at_store_lock(dir.path());
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->kept && second->kept);
  EXPECT_FALSE(take_store_lock(dir.path(), "favorhook serve"));
}

TEST(StoreLook, SaysWhoHoldsTheStore) {
  const TempDir dir;
  const auto held = take_store_lock(dir.path(), "favorhook serve");
  ASSERT_TRUE(held);
  const auto look = look_at_store_lock(dir.path());
  ASSERT_TRUE(look);
  EXPECT_FALSE(look->kept);
  EXPECT_THAT(look->holder, HasSubstr("favorhook serve, since"));
}

}  // namespace
}  // namespace favorhook::store
