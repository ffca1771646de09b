#include "store/sqlite/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"

namespace favorhook::store::sqlite {
namespace {

// Makes the file before SQLite does, because SQLite gives the log and the shared memory the file's
// own mode. Only a file that was not there is opened: closing a second descriptor would drop the
// locks that this process has on it.
Result<void> make_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) return {};
  if (file < 0) return fail("cannot create {}: {}", path, std::strerror(errno));
  ::close(file);
  return {};
}

bool has_log(const std::string& path) {
  struct stat log{};
  return ::stat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0;
}

// A URI that keeps SQLite from looking for anything beside the file.
std::string unchanging(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool special = c == '%' || c == '?' || c == '#';
    uri += special ? fmt::format("%{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return uri + "?immutable=1";
}

// Opens a file at rest. With a log, locks that do nothing and the exclusive mode keep the log's
// index in memory instead of in a file; without one, the file is all there is.
int open_at_rest(const std::string& path, bool log, sqlite3** handle) {
  const int code =
      sqlite3_open_v2((log ? path : unchanging(path)).c_str(), handle,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | (log ? 0 : SQLITE_OPEN_URI),
                      log ? "unix-none" : nullptr);
  if (code != SQLITE_OK) return code;
  sqlite3_db_config(*handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return sqlite3_exec(*handle, "PRAGMA locking_mode = EXCLUSIVE", nullptr, nullptr, nullptr);
}

int open_shared(const std::string& path, bool writes, const std::string& vfs, sqlite3** handle) {
  const int access = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  return sqlite3_open_v2(path.c_str(), handle, access | SQLITE_OPEN_NOMUTEX,
                         vfs.empty() ? nullptr : vfs.c_str());
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access,
                                                     const std::string& vfs) {
  if (access == Access::create && vfs.empty()) {
    if (const Result<void> made = make_private_file(path); !made) return fail(made.error());
  }
  sqlite3* handle = nullptr;
  const bool log = access == Access::at_rest && has_log(path);
  const int code = access == Access::at_rest
                       ? open_at_rest(path, log, &handle)
                       : open_shared(path, access == Access::create, vfs, &handle);
  CHECK(handle != nullptr);
  std::unique_ptr<Connection> connection(
      new Connection(path, access == Access::at_rest && !log, handle));
  if (code != SQLITE_OK) return fail(connection->error("open"));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(limits::kStoreBusyTime.count()));
  return connection;
}

Connection::~Connection() {
  // SQLITE_BUSY would mean that a statement outlives its connection.
  CHECK(sqlite3_close(handle_) == SQLITE_OK);
}

Result<void> Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(error(sql.substr(0, 60)));
  return {};
}

Result<std::int64_t> Connection::integer(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    return fail(error(sql));
  }
  Result<std::int64_t> value = 0;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int64(statement, 0);
  } else {
    value = fail(error(sql));
  }
  sqlite3_finalize(statement);
  return value;
}

Error Connection::error(std::string_view tried) const {
  return {fmt::format("{}: {}: {} (SQLite {})", path_, tried, sqlite3_errmsg(handle_),
                      sqlite3_extended_errcode(handle_))};
}

bool Connection::disk_failed() const {
  return (sqlite3_extended_errcode(handle_) & 0xff) == SQLITE_IOERR;
}

bool Connection::damaged() const {
  return (sqlite3_extended_errcode(handle_) & 0xff) == SQLITE_CORRUPT;
}

bool Connection::foreign() const {
  return (sqlite3_extended_errcode(handle_) & 0xff) == SQLITE_NOTADB;
}

void stop_after_failed_sync(const Error& error, const OnDiskFailure& instead) {
  log_error("store_sync_failed", {{"reason", error.what}});
  if (instead) return instead(error);
  std::abort();
}

}  // namespace favorhook::store::sqlite
