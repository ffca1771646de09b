// A disk that fails: a VFS that passes everything on to the system's, except what it is told to
// fail.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <map>

#include "store/sqlite/sqlite_store.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

struct Faults {
  bool sync = false;
  bool sync_of_file = false;  // not of its log
  bool full = false;
};
Faults faults;
sqlite3_vfs* real_vfs = nullptr;
const sqlite3_io_methods* real_methods = nullptr;
sqlite3_file* main_file = nullptr;

int sync_or_fail(sqlite3_file* file, int flags) {
  const bool failing = faults.sync || (faults.sync_of_file && file == main_file);
  return failing ? SQLITE_IOERR_FSYNC : real_methods->xSync(file, flags);
}

int write_or_fail(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return faults.full ? SQLITE_FULL : real_methods->xWrite(file, data, size, offset);
}

// The system's VFS has opened the file; its table of functions is replaced by a copy with two
// others.
int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  const int code = real_vfs->xOpen(real_vfs, name, file, flags, out);
  if (code != SQLITE_OK) return code;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) main_file = file;
  // The system's VFS has a table for files with locks and another for those without; both write and
  // sync alike.
  static std::map<const sqlite3_io_methods*, sqlite3_io_methods> copies;
  real_methods = file->pMethods;
  sqlite3_io_methods& copy = copies.try_emplace(file->pMethods, *file->pMethods).first->second;
  copy.xSync = sync_or_fail;
  copy.xWrite = write_or_fail;
  file->pMethods = &copy;
  return SQLITE_OK;
}

class DiskFaults : public testing::Test {
 protected:
  DiskFaults() {
    faults = {};
    real_vfs = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs vfs = *real_vfs;
    vfs.zName = "faulty";
    vfs.xOpen = open_file;
    CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
    Result<std::unique_ptr<Store>> opened = open_sqlite_store({.path = file_, .vfs = "faulty"});
    CHECK(opened);
    store_ = std::move(*opened);
  }
  ~DiskFaults() override { faults = {}; }

  static Batch batch_of(std::int64_t seq) {
    Batch batch;
    batch.state.put(sample_event(seq));
    return batch;
  }

  TempDir dir_;
  std::string file_ = dir_.path() + "/favorhook.db";
  std::unique_ptr<Store> store_;
};

using DiskFaultsDeathTest = DiskFaults;

TEST_F(DiskFaultsDeathTest, AFailedSyncStopsTheProcess) {
  ASSERT_TRUE(store_->commit(batch_of(1)));
  faults.sync = true;
  EXPECT_EXIT(static_cast<void>(store_->commit(batch_of(2))), testing::KilledBySignal(SIGABRT),
              "store_sync_failed.*COMMIT");
}

// SQLite's own checkpoint would go on: the pages would be taken for stored, and the log that holds
// them be overwritten.
TEST_F(DiskFaultsDeathTest, AFailedSyncOfACheckpointStopsTheProcess) {
  const auto fill_the_log = [this] {
    faults.sync_of_file = true;
    for (std::int64_t seq = 1; seq < 100; ++seq) {
      coupon::Event event = sample_event(seq);
      event.plaintext = std::string(1 << 18, 'x');
      Batch batch;
      batch.state.put(event);
      CHECK(store_->commit(batch));
    }
  };
  EXPECT_EXIT(fill_the_log(), testing::KilledBySignal(SIGABRT), "store_sync_failed.*checkpoint");
}

TEST_F(DiskFaults, AFullDiskFailsTheBatchAndLeavesNothing) {
  ASSERT_TRUE(store_->commit(batch_of(1)));
  faults.full = true;
  const Result<void> full = store_->commit(batch_of(2));
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().what, testing::HasSubstr("full"));
  faults.full = false;
  ASSERT_TRUE(store_->commit(batch_of(3)));
  coupon::State state;
  for (const std::int64_t seq : {1, 2, 3}) state.want<coupon::Event>(seq);
  ASSERT_TRUE(store_->load(state));
  EXPECT_NE(state.find<coupon::Event>(1), nullptr);
  EXPECT_EQ(state.find<coupon::Event>(2), nullptr);
  EXPECT_NE(state.find<coupon::Event>(3), nullptr);
}

}  // namespace
}  // namespace favorhook::store
