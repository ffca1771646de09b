// What only the SQLite store has: files, versions, other processes, a crash.
#include "store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/limits.h"
#include "store/sqlite/connection.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using sqlite::Access;
using sqlite::Connection;
using testing::HasSubstr;

std::string fault_of(const SqliteOptions& options) {
  const Result<std::unique_ptr<Store>> store = open_sqlite_store(options);
  return store ? "" : store.error().what;
}

void execute(const std::string& file, const std::string& sql) {
  const Result<std::unique_ptr<Connection>> connection = Connection::open(file, Access::create, "");
  ASSERT_TRUE(connection);
  const Result<void> done = (*connection)->execute(sql);
  ASSERT_TRUE(done) << done.error().what;
}

Batch one_event(std::int64_t seq) {
  Batch batch;
  batch.state.put(sample_event(seq));
  return batch;
}

TEST(SqliteStore, ItsFilesAreReadableByTheirOwnerOnly) {
  const mode_t before = ::umask(0);
  SqliteHome home;
  const std::unique_ptr<Store> store = home.open();
  ASSERT_TRUE(store->commit(one_event(1)));
  ::umask(before);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat file{};
    ASSERT_EQ(::stat((home.file() + suffix).c_str(), &file), 0) << suffix;
    EXPECT_EQ(file.st_mode & 0777u, 0600u) << suffix;
  }
}

TEST(SqliteStore, RefusesAFileOfANewerVersion) {
  SqliteHome home;
  home.open();
  execute(home.file(), "PRAGMA user_version = 99");
  EXPECT_THAT(fault_of({.path = home.file()}), HasSubstr("written by a newer favorhook"));
  EXPECT_THAT(fault_of({.path = home.file(), .read_only = true}), HasSubstr("newer favorhook"));
}

TEST(SqliteStore, RefusesAnotherProgramsFile) {
  SqliteHome home;
  execute(home.file(), "CREATE TABLE notes(text)");
  EXPECT_THAT(fault_of({.path = home.file()}), HasSubstr("not favorhook's store"));
}

TEST(SqliteStore, AnErrorNamesThePath) {
  EXPECT_THAT(fault_of({.path = "/nonexistent/x.db"}), HasSubstr("/nonexistent/x.db"));
  const TempDir dir;
  EXPECT_THAT(fault_of({.path = dir.path() + "/x.db", .read_only = true}),
              HasSubstr("/x.db: open"));
}

TEST(SqliteStore, AWordThatIsUnknownIsAnErrorNotAGuess) {
  SqliteHome home;
  std::unique_ptr<Store> store = home.open();
  ASSERT_TRUE(store->commit(one_event(1)));
  store.reset();
  execute(home.file(), "UPDATE events SET state = 'dancing'");
  store = home.open();
  coupon::State state;
  state.want<coupon::Event>(1);
  const Result<void> loaded = store->load(state);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().what, HasSubstr("does not know"));
}

TEST(SqliteStore, AReadOnlyStoreLooksWhileAnotherHoldsTheFile) {
  SqliteHome home;
  const std::unique_ptr<Store> store = home.open();
  ASSERT_TRUE(store->commit(one_event(1)));
  const Result<std::unique_ptr<Store>> looker =
      open_sqlite_store({.path = home.file(), .read_only = true});
  ASSERT_TRUE(looker) << looker.error().what;
  const std::unique_ptr<Reader> reader = std::move(*(*looker)->open_reader());
  EXPECT_EQ(reader->events({})->size(), 1u);
  ASSERT_TRUE(store->commit(one_event(2)));
  EXPECT_EQ(reader->events({})->size(), 2u);
  EXPECT_FALSE((*looker)->commit(one_event(3)));
}

TEST(SqliteStore, WithoutDurabilityItStoresAllTheSame) {
  SqliteHome home;
  Result<std::unique_ptr<Store>> store = open_sqlite_store({.path = home.file(), .durable = false});
  ASSERT_TRUE(store) << store.error().what;
  ASSERT_TRUE((*store)->commit(one_event(1)));
  store->reset();
  EXPECT_EQ((*home.open()->open_reader())->events({})->size(), 1u);
}

// The log grows past both of the checkpointer's bounds while a reader comes and goes.
TEST(SqliteStore, TheLogStaysBoundedUnderLoad) {
  SqliteHome home;
  const std::unique_ptr<Store> store = home.open();
  const std::unique_ptr<Reader> reader = std::move(*store->open_reader());
  constexpr std::int64_t kBatch = 64;
  std::int64_t seq = 0;
  for (int round = 0; round < 400; ++round) {
    Batch batch;
    for (std::int64_t i = 0; i < kBatch; ++i) {
      coupon::Event event = sample_event(++seq);
      event.plaintext = std::string(4096, 'x');
      batch.state.put(event);
    }
    ASSERT_TRUE(store->commit(batch));
    if (round % 50 == 0) {
      ASSERT_EQ(reader->events({.limit = 1})->front().seq, seq);
    }
  }
  const auto log_bytes = std::filesystem::file_size(home.file() + "-wal");
  // Where the log could not start anew at once, the writer tries again kCheckpointPages later.
  EXPECT_LT(log_bytes, static_cast<std::uintmax_t>(limits::kCheckpointPagesMax) * 4096 * 3 / 2);
  EXPECT_GT(std::filesystem::file_size(home.file()), 64u * 4096);
}

// The child commits and says so, one number a commit, until it is killed.
[[noreturn]] void commit_until_killed(const std::string& file, std::int64_t seq, int reports) {
  Result<std::unique_ptr<Store>> store = open_sqlite_store({.path = file});
  while (store) {
    if (!(*store)->commit(one_event(++seq))) break;
    if (::write(reports, &seq, sizeof(seq)) != static_cast<ssize_t>(sizeof(seq))) break;
  }
  ::_exit(1);
}

TEST(SqliteStore, WhatWasReportedSurvivesKillMinus9) {
  SqliteHome home;
  home.open();
  std::int64_t last = 0;
  for (int round = 0; round < 5; ++round) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) commit_until_killed(home.file(), last + 1, pipe[1]);
    ::close(pipe[1]);
    std::int64_t seq = 0;
    std::vector<std::int64_t> reported;
    for (int i = 0; i < 40 + round && ::read(pipe[0], &seq, sizeof(seq)) > 0; ++i) {
      reported.push_back(seq);
    }
    std::this_thread::sleep_for(Micros(731 * round));
    ::kill(child, SIGKILL);
    while (::read(pipe[0], &seq, sizeof(seq)) > 0) reported.push_back(seq);
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);

    ASSERT_GE(reported.size(), 40u);
    const std::unique_ptr<Store> store = home.open();
    coupon::State state;
    for (const std::int64_t number : reported) state.want<coupon::Event>(number);
    ASSERT_TRUE(store->load(state));
    for (const std::int64_t number : reported) {
      ASSERT_NE(state.find<coupon::Event>(number), nullptr) << number;
      EXPECT_TRUE(same(*state.find<coupon::Event>(number), sample_event(number)));
    }
    last = reported.back() + 1;  // one more may be stored and not reported
  }
}

}  // namespace
}  // namespace favorhook::store
