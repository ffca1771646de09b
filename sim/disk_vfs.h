// SQLite's view of a simulated disk: a VFS by name, with shared memory, so that reading connections
// run beside the writer.
//
//   DiskVfs vfs(disk);
//   open_sqlite_store({.path = "favorhook.db", .vfs = vfs.name()});
//
// Which faults there are is the disk's matter (disk.h). Locks and shared memory work as SQLite asks
// for and never fail; both are those of one process, and forget() is their end. Nobody waits: a
// busy lock's time-out passes at once. Thread safety: one thread. Ownership: the disk outlives it,
// it outlives the connections.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/disk.h"

struct sqlite3_vfs;

namespace favorhook::sim {

// What all connections of the process share for a file. The handles are only told apart.
struct DiskLocks {
  static constexpr std::size_t kSlots = 8;  // SQLITE_SHM_NLOCK
  std::map<const void*, int> levels;        // SQLITE_LOCK_… by handle; absent: none
  std::array<int, kSlots> sharing{};
  std::array<const void*, kSlots> exclusive{};
  std::vector<std::unique_ptr<char[]>> memory;
};

class DiskVfs {
 public:
  explicit DiskVfs(Disk& disk);
  ~DiskVfs();
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;

  const std::string& name() const { return name_; }
  // The process has ended: its locks and shared memory are gone. No connection is left.
  void forget() { locks_.clear(); }

  Disk& disk() { return disk_; }
  DiskLocks& locks(const DiskFile& file) { return locks_[&file]; }

 private:
  Disk& disk_;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<const DiskFile*, DiskLocks> locks_;
};

}  // namespace favorhook::sim
