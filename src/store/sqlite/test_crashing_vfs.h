// For tests: a process that dies at any one of its writes, syncs and truncations of the store's
// files.
//
//   int operations = 0;
//   while (!ends_within(operations++, [&] { … open_sqlite_store({…, .vfs = kCrashingVfs}) … })) {
//     … what a crash after so many operations left …
//   }
//
// The work runs in a child process, so nothing of this one is harmed; what the child has written
// stays, as after kill -9.
#pragma once

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "base/check.h"

namespace favorhook::store {

inline constexpr const char* kCrashingVfs = "crashing";

namespace crashing {

inline constexpr int kCrashed = 77;
inline int left = 0;  // operations until the crash
inline sqlite3_vfs* real = nullptr;
inline const sqlite3_io_methods* methods = nullptr;

inline void count_down() {
  if (left-- == 0) ::_exit(kCrashed);
}
inline int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  count_down();
  return methods->xWrite(file, data, size, offset);
}
inline int sync(sqlite3_file* file, int flags) {
  count_down();
  return methods->xSync(file, flags);
}
inline int truncate(sqlite3_file* file, sqlite3_int64 size) {
  count_down();
  return methods->xTruncate(file, size);
}
// The system's VFS has a table of functions for files with locks and one for those without.
inline int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  const int code = real->xOpen(real, name, file, flags, out);
  if (code != SQLITE_OK) return code;
  static std::map<const sqlite3_io_methods*, sqlite3_io_methods> copies;
  methods = file->pMethods;
  sqlite3_io_methods& copy = copies.try_emplace(file->pMethods, *file->pMethods).first->second;
  copy.xWrite = write;
  copy.xSync = sync;
  copy.xTruncate = truncate;
  file->pMethods = &copy;
  return SQLITE_OK;
}

inline void use() {
  real = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs vfs = *real;
  vfs.zName = kCrashingVfs;
  vfs.xOpen = open;
  CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

}  // namespace crashing

// True where the work ended before it was to crash; it must succeed then.
template <class Work>
bool ends_within(int operations, Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    crashing::left = operations;
    crashing::use();
    ::_exit(work() ? 0 : 1);
  }
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child && WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == crashing::kCrashed);
  return WEXITSTATUS(status) == 0;
}

}  // namespace favorhook::store
