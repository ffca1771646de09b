// One process holds the store: a lock on a file beside it.
//
//   Result<StoreLock> lock = take_store_lock("favorhook-data", "favorhook serve");
//
// The kernel frees it when the process ends, however it ends. Ownership: held until the StoreLock
// is destroyed. Errors: who holds it, by the text that the holder wrote into the file; or why the
// file cannot be made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace favorhook::store {

class StoreLock {
 public:
  explicit StoreLock(int file) : file_(file) {}
  StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  StoreLock& operator=(StoreLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~StoreLock();

 private:
  int file_;  // -1: moved from
};

// Locks `dir`/favorhook.lock (mode 0600) and writes "pid N, WHO, since TIME" into it.
Result<StoreLock> take_store_lock(std::string dir, std::string_view who);

// For who only looks: keeps `dir` from being held by anyone else meanwhile, and writes nothing.
struct StoreLook {
  std::optional<StoreLock> kept;  // nothing: there is no lock file, or somebody holds the store
  std::string holder;             // who does, in words; empty: nobody
};
Result<StoreLook> look_at_store_lock(const std::string& dir);

}  // namespace favorhook::store
