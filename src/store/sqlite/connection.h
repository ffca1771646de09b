// One connection to a SQLite file.
//
//   Result<std::unique_ptr<Connection>> connection = Connection::open(path, Access::create, vfs);
//   Result<void> done = (*connection)->execute("PRAGMA temp_store = MEMORY");
//
// Thread safety: one thread at a time (SQLite is opened without a mutex). Ownership: statements are
// destroyed before their connection. Errors: the file's path, what was tried and SQLite's message,
// which never holds a row's values.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;

namespace favorhook::store::sqlite {

enum class Access {
  create,   // read and write, made where it is missing
  read,     // beside a process that writes
  at_rest,  // a file that nobody writes, also in a folder that cannot be written: nothing is made,
            // locked or changed beside it; its log is read where it has one
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access,
                                                  const std::string& vfs);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Statements without parameters whose rows nobody needs.
  Result<void> execute(const std::string& sql);
  // The one integer that a statement gives, for PRAGMAs.
  Result<std::int64_t> integer(const std::string& sql);

  // What the last call of SQLite failed with.
  Error error(std::string_view tried) const;
  // True where that was the disk's fault: reading, writing or syncing did not work.
  bool disk_failed() const;
  // True where the file's content was at fault: a page is not what it should be, or missing.
  bool damaged() const;
  // True where the file's head was not that of a database.
  bool foreign() const;
  // True where the file is at rest and has no log, so that it is all there is.
  bool is_whole_store() const { return whole_; }

  const std::string& path() const { return path_; }
  sqlite3* get() const { return handle_; }

 private:
  Connection(std::string path, bool whole, sqlite3* handle)
      : path_(std::move(path)), whole_(whole), handle_(handle) {}

  std::string path_;
  bool whole_;
  sqlite3* handle_;
};

// What ends the process in place of abort(): a simulation's stand-in. The store is not used after
// it.
using OnDiskFailure = std::function<void(const Error& error)>;

// After a failed sync nobody knows which of the written pages are on the disk, and a second sync
// may succeed without them: says so in the log and aborts, so that the next start reads what is
// really there. Returns only where `instead` is given.
void stop_after_failed_sync(const Error& error, const OnDiskFailure& instead);

}  // namespace favorhook::store::sqlite
