#include "sim/disk_vfs.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace favorhook::sim {
namespace {

// SQLite gives the memory and knows its first member.
struct Handle {
  sqlite3_file base;
  DiskVfs* vfs;
  DiskFile* file;
  unsigned shared_slots;  // of the shared memory's locks
  unsigned exclusive_slots;
};

Handle& handle_of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}

DiskVfs& vfs_of(sqlite3_vfs* vfs) {
  return *static_cast<DiskVfs*>(vfs->pAppData);
}

int code_of(DiskEnd end, int failed) {
  if (end == DiskEnd::done) return SQLITE_OK;
  return end == DiskEnd::full ? SQLITE_FULL : failed;
}

DiskLocks& locks_of(Handle& handle) {
  return handle.vfs->locks(*handle.file);
}

int read_file(sqlite3_file* base, void* to, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(base);
  const auto wanted = static_cast<std::size_t>(size);
  std::string bytes;
  const DiskEnd end =
      handle.vfs->disk().read(*handle.file, static_cast<std::uint64_t>(offset), wanted, bytes);
  if (end != DiskEnd::done) return SQLITE_IOERR_READ;
  std::memcpy(to, bytes.data(), bytes.size());
  if (bytes.size() == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + bytes.size(), 0, wanted - bytes.size());
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* base, const void* from, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(base);
  const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
  return code_of(handle.vfs->disk().write(*handle.file, static_cast<std::uint64_t>(offset), bytes),
                 SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* base, sqlite3_int64 size) {
  Handle& handle = handle_of(base);
  return code_of(handle.vfs->disk().truncate(*handle.file, static_cast<std::uint64_t>(size)),
                 SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* base, int) {
  Handle& handle = handle_of(base);
  return code_of(handle.vfs->disk().sync(*handle.file), SQLITE_IOERR_FSYNC);
}

int file_size(sqlite3_file* base, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(handle_of(base).file->seen.size());
  return SQLITE_OK;
}

// --- Locks of the file, as sqlite3.h describes their levels.

bool others_hold(const DiskLocks& locks, const Handle& handle, int level) {
  return std::ranges::any_of(locks.levels, [&](const auto& each) {
    return each.first != &handle && each.second >= level;
  });
}

int lock_file(sqlite3_file* base, int level) {
  Handle& handle = handle_of(base);
  DiskLocks& locks = locks_of(handle);
  int& mine = locks.levels.try_emplace(&handle, SQLITE_LOCK_NONE).first->second;
  if (mine >= level) return SQLITE_OK;
  const int in_the_way = level == SQLITE_LOCK_SHARED     ? SQLITE_LOCK_PENDING
                         : level == SQLITE_LOCK_RESERVED ? SQLITE_LOCK_RESERVED
                                                         : SQLITE_LOCK_SHARED;
  if (others_hold(locks, handle, in_the_way)) {
    // New readers are kept out while this one waits for the old ones.
    if (level == SQLITE_LOCK_EXCLUSIVE && !others_hold(locks, handle, SQLITE_LOCK_RESERVED)) {
      mine = SQLITE_LOCK_PENDING;
    }
    return SQLITE_BUSY;
  }
  mine = level;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* base, int level) {
  Handle& handle = handle_of(base);
  locks_of(handle).levels[&handle] = level;
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* base, int* held) {
  Handle& handle = handle_of(base);
  const auto& levels = locks_of(handle).levels;
  *held = std::ranges::any_of(levels,
                              [](const auto& each) { return each.second >= SQLITE_LOCK_RESERVED; });
  return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return 4096;
}

int device_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

// --- Shared memory.

int map_memory(sqlite3_file* base, int region, int size, int make, void volatile** to) {
  std::vector<std::unique_ptr<char[]>>& memory = locks_of(handle_of(base)).memory;
  const auto index = static_cast<std::size_t>(region);
  *to = nullptr;
  if (index >= memory.size() && make == 0) return SQLITE_OK;
  while (index >= memory.size()) {
    memory.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  *to = memory[index].get();
  return SQLITE_OK;
}

int lock_memory(sqlite3_file* base, int first, int count, int flags) {
  Handle& handle = handle_of(base);
  DiskLocks& locks = locks_of(handle);
  const unsigned slots = ((1U << count) - 1) << first;
  const auto each = [&](auto work) {
    const auto from = static_cast<std::size_t>(first);
    for (std::size_t slot = from; slot < from + static_cast<std::size_t>(count); ++slot) {
      work(slot, 1U << slot);
    }
  };
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    each([&](std::size_t slot, unsigned bit) {
      if ((handle.shared_slots & bit) != 0) --locks.sharing[slot];
      if ((handle.exclusive_slots & bit) != 0) locks.exclusive[slot] = nullptr;
    });
    handle.shared_slots &= ~slots;
    handle.exclusive_slots &= ~slots;
    return SQLITE_OK;
  }
  const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
  if (shared && (handle.shared_slots & slots) != 0) return SQLITE_OK;
  bool free = true;
  each([&](std::size_t slot, unsigned bit) {
    const int other_sharers = locks.sharing[slot] - ((handle.shared_slots & bit) != 0 ? 1 : 0);
    const bool taken = locks.exclusive[slot] != nullptr && locks.exclusive[slot] != &handle;
    if (taken || (!shared && other_sharers > 0)) free = false;
  });
  if (!free) return SQLITE_BUSY;
  each([&](std::size_t slot, unsigned) {
    if (shared) ++locks.sharing[slot];
    if (!shared) locks.exclusive[slot] = &handle;
  });
  (shared ? handle.shared_slots : handle.exclusive_slots) |= slots;
  return SQLITE_OK;
}

void memory_barrier(sqlite3_file*) {}

int unmap_memory(sqlite3_file* base, int) {
  return lock_memory(base, 0, static_cast<int>(DiskLocks::kSlots), SQLITE_SHM_UNLOCK);
}

int close_file(sqlite3_file* base) {
  Handle& handle = handle_of(base);
  unmap_memory(base, 0);
  DiskLocks& locks = locks_of(handle);
  locks.levels.erase(&handle);
  // The index of the log ends with its last user.
  if (locks.levels.empty()) locks.memory.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {2,
                                         close_file,
                                         read_file,
                                         write_file,
                                         truncate_file,
                                         sync_file,
                                         file_size,
                                         lock_file,
                                         unlock_file,
                                         check_reserved_lock,
                                         file_control,
                                         sector_size,
                                         device_characteristics,
                                         map_memory,
                                         lock_memory,
                                         memory_barrier,
                                         unmap_memory,
                                         nullptr,
                                         nullptr};

// --- The VFS itself.

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* base, int flags, int* given) {
  base->pMethods = nullptr;
  if (name == nullptr) return SQLITE_CANTOPEN;  // temporary files: everything of that is in memory
  DiskVfs& own = vfs_of(vfs);
  DiskFile* file = own.disk().open(name, (flags & SQLITE_OPEN_CREATE) != 0);
  if (file == nullptr) return SQLITE_CANTOPEN;
  handle_of(base) = Handle{{&kMethods}, &own, file, 0, 0};
  if (given != nullptr) *given = flags;
  own.locks(*file).levels.emplace(&handle_of(base), SQLITE_LOCK_NONE);
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  Disk& disk = vfs_of(vfs).disk();
  if (!disk.stopped() && !disk.exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  return code_of(disk.remove(name, sync_directory != 0), SQLITE_IOERR_DELETE);
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* there) {
  Disk& disk = vfs_of(vfs).disk();
  if (disk.stopped()) return SQLITE_IOERR_ACCESS;
  const DiskFile* file = disk.open(name, false);
  *there = file != nullptr && !file->seen.empty();  // an empty journal is none
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* to) {
  sqlite3_snprintf(size, to, "%s", name);
  return SQLITE_OK;
}

int no_randomness(sqlite3_vfs*, int size, char* to) {
  std::memset(to, 0, static_cast<std::size_t>(size));
  return size;
}

int no_sleep(sqlite3_vfs*, int micros) {
  return micros;
}

int current_time(sqlite3_vfs*, double* days) {
  *days = 0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

DiskVfs::DiskVfs(Disk& disk)
    : disk_(disk),
      name_(fmt::format("sim-{}", static_cast<const void*>(this))),
      vfs_(std::make_unique<sqlite3_vfs>()) {
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->mxPathname = 256;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_file;
  vfs_->xDelete = delete_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_path;
  vfs_->xRandomness = no_randomness;
  vfs_->xSleep = no_sleep;
  vfs_->xCurrentTime = current_time;
  vfs_->xGetLastError = last_error;
  CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

DiskVfs::~DiskVfs() {
  CHECK(sqlite3_vfs_unregister(vfs_.get()) == SQLITE_OK);
}

}  // namespace favorhook::sim
