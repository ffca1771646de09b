#include "store/sqlite/log_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/check.h"
#include "base/probe.h"

namespace favorhook::store::sqlite {
namespace {

// The longest page: SQLite's own VFS takes no more than 128 KiB at once.
constexpr int kChunk = 64 * 1024;

// A file opened through SQLite's VFS, so that a simulated disk is met like the system's. Its locks
// are on the store's file, so closing this one drops none.
class LogFile {
 public:
  LogFile(sqlite3_vfs* vfs, const char* name)
      : memory_(static_cast<std::size_t>(vfs->szOsFile)),
        file_(reinterpret_cast<sqlite3_file*>(memory_.data())),
        code_(vfs->xOpen(vfs, name, file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, nullptr)) {}
  ~LogFile() {
    if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
  }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  int write_again() {
    if (code_ != SQLITE_OK) return code_;
    const sqlite3_io_methods& methods = *file_->pMethods;
    sqlite3_int64 size = 0;
    int code = methods.xFileSize(file_, &size);
    std::vector<char> bytes(kChunk);
    for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size; at += kChunk) {
      const int length = static_cast<int>(std::min<sqlite3_int64>(kChunk, size - at));
      code = methods.xRead(file_, bytes.data(), length, at);
      if (code == SQLITE_OK) code = methods.xWrite(file_, bytes.data(), length, at);
    }
    return code == SQLITE_OK ? methods.xSync(file_, SQLITE_SYNC_FULL) : code;
  }

 private:
  std::vector<char> memory_;
  sqlite3_file* file_;
  int code_;
};

}  // namespace

Result<void> write_log_again(const std::string& path, const std::string& vfs) {
  sqlite3_vfs* const found = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  CHECK(found != nullptr);
  const auto release = [](const char* name) { sqlite3_free_filename(const_cast<char*>(name)); };
  const std::unique_ptr<const char, decltype(release)> name(sqlite3_create_filename(
      path.c_str(), (path + "-journal").c_str(), (path + "-wal").c_str(), 0, nullptr));
  CHECK(name != nullptr);
  const char* const log = sqlite3_filename_wal(name.get());
  int there = 0;
  int code = found->xAccess(found, log, SQLITE_ACCESS_EXISTS, &there);
  if (code == SQLITE_OK && there != 0) {
    probe("store.log_written_again");
    code = LogFile(found, log).write_again();
  }
  if (code != SQLITE_OK) return fail("{}: cannot be written again (SQLite {})", log, code);
  return {};
}

}  // namespace favorhook::store::sqlite
