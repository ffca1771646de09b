// A disk that loses what was not synced, and fails as a disk fails. Files are bytes in memory; the
// SQLite VFS over it is disk_vfs.h.
//
//   Disk disk(seed);
//   DiskFile* file = disk.open("favorhook.db", true);
//   disk.write(*file, 0, bytes);           // every reader sees it; a power cut may take it
//   disk.sync(*file);                      // a power cut takes it no more
//   if (disk.stopped()) disk.restart();    // the stop that struck: its effect on the files
//
// Faults that it injects: a stop, by a power cut or by the end of the process, before, during or
// after any write, truncation, sync or removal; of what was not synced a cut keeps any subset, in
// any order, each write possibly torn at sectors of 512 bytes or at any byte. A sync that fails
// while some of what it was for is lost for good, though it is still read until the next cut, as
// Linux does it. A full disk, which takes a part of a write that would grow a file. Writes and
// reads that fail; a failed write may have left a part. What it leaves out on purpose: bytes that
// rot, bytes changed beside the written ones (SQLITE_IOCAP_POWERSAFE_OVERWRITE is claimed), synced
// data that is lost. As with SQLite's own VFS, the first sync of a new file syncs the folder too.
//
// Thread safety: one thread. Ownership: files live as long as the disk. A copy has the files as
// they are read, and no faults.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/sim_random.h"

namespace favorhook::sim {

// 0: never.
struct DiskFaults {
  std::uint32_t stop_one_in = 0;        // of writes, truncations, syncs and removals
  std::uint32_t sync_fails_one_in = 0;  // of syncs
  std::uint32_t write_fails_one_in = 0;
  std::uint32_t read_fails_one_in = 0;
  bool full = false;
};

enum class DiskStop {
  power,    // a power cut: what was not synced may be gone
  process,  // the process ended: the system still has everything that was written
};

enum class DiskEnd { done, failed, full };

struct DiskChange {
  std::uint64_t offset = 0;
  std::string bytes;
  bool truncates = false;  // to offset
};

struct DiskFile {
  std::string name;
  bool exists = false;
  bool fresh = true;                 // its name may be gone with its content until the first sync
  std::string seen;                  // what is read
  std::string durable;               // what the last sync left on the disk
  std::vector<DiskChange> unsynced;  // since then
};

class Disk {
 public:
  explicit Disk(std::uint64_t seed) : random_(seed) {}
  Disk(const Disk& other);
  Disk& operator=(const Disk&) = delete;

  DiskFaults faults;
  // Called in the middle of a sync: whatever else goes on while the disk works.
  std::function<void()> during_sync = [] {};

  // Null where there is none and none is to be made.
  DiskFile* open(std::string_view name, bool make);
  bool exists(std::string_view name) const;
  DiskEnd read(const DiskFile& file, std::uint64_t offset, std::size_t size, std::string& bytes);
  DiskEnd write(DiskFile& file, std::uint64_t offset, std::string_view bytes);
  DiskEnd truncate(DiskFile& file, std::uint64_t size);
  DiskEnd sync(DiskFile& file);
  // Durable at once where `durably`; else a power cut may bring the file back, until the folder is
  // synced.
  DiskEnd remove(std::string_view name, bool durably);

  // Writes, truncations, syncs and removals so far.
  std::uint64_t operations() const { return operations_; }
  // A stop at that operation, beside those of `faults`.
  void stop_at(std::uint64_t operation, DiskStop kind) { planned_ = {operation, kind}; }
  // From now on nothing works until restart().
  void stop(DiskStop kind);
  std::optional<DiskStop> stopped() const { return stopped_; }
  // What the next start finds.
  void restart();

 private:
  // Counts; where a stop strikes here, whether the operation still had its effect.
  enum class Strike { none, before, during, after };
  Strike next_operation();
  bool strikes(std::uint32_t one_in) { return one_in > 0 && random_.one_in(one_in); }
  void sync_folder();
  void cut(DiskFile& file);
  void apply_torn(std::string& image, const DiskChange& change);

  SimRandom random_;
  std::map<std::string, std::unique_ptr<DiskFile>, std::less<>> files_;
  std::uint64_t operations_ = 0;
  std::pair<std::uint64_t, DiskStop> planned_{0, DiskStop::power};
  std::optional<DiskStop> stopped_;
};

}  // namespace favorhook::sim
