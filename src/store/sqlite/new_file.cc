#include "store/sqlite/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/limits.h"

namespace favorhook::store::sqlite {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int handle) : handle_(handle) {}
  Descriptor(Descriptor&& other) noexcept : handle_(other.release()) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (handle_ >= 0) ::close(handle_);
  }
  int get() const { return handle_; }
  int release() { return std::exchange(handle_, -1); }

 private:
  int handle_;
};

Error cannot(std::string_view what, const std::string& path) {
  return {fmt::format("cannot {} {}: {}", what, path, std::strerror(errno))};
}

// Far beyond what SQLite locks and writes.
constexpr off_t kLockedByte = off_t{1} << 62;

// The descriptor's own lock of one byte: flock would be in SQLite's way where the file lies on NFS.
bool lock(int handle) {
  struct flock byte{};
  byte.l_type = F_WRLCK;
  byte.l_whence = SEEK_SET;
  byte.l_start = kLockedByte;
  byte.l_len = 1;
  return ::fcntl(handle, F_OFD_SETLK, &byte) == 0;
}

Result<void> take(int handle, const std::string& path) {
  if (lock(handle)) return {};
  if (errno == EAGAIN || errno == EACCES) {
    return fail("{} is being written: another backup of that name is under way", path);
  }
  return fail(cannot("lock", path));
}

// Between opening a file and locking it, its holder may have renamed or removed it. From then on
// only the holder of the lock takes away the name.
bool is_at(int handle, const std::string& path) {
  struct stat held{};
  struct stat named{};
  return ::fstat(handle, &held) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

// What a crash left of SQLite's beside an earlier file would be taken for this one's.
void remove_beside(const std::string& path) {
  for (const char* suffix : {"-journal", "-wal", "-shm"}) ::unlink((path + suffix).c_str());
}

// What a process left that was killed; one that lives holds its lock.
Result<void> remove_abandoned(const std::string& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISREG(found.st_mode)) return fail("{} is in the way: it is no regular file", path);
  const Descriptor old(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (old.get() < 0 && errno == ENOENT) return {};
  if (old.get() < 0) return fail(cannot("open", path));
  if (auto taken = take(old.get(), path); !taken) return taken;
  if (is_at(old.get(), path) && ::unlink(path.c_str()) != 0) return fail(cannot("remove", path));
  return {};
}

// -1: somebody was faster, and is perhaps done already.
Result<Descriptor> try_make(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0 && errno != EEXIST) return fail(cannot("create", path));
  if (file.get() < 0) {
    if (auto removed = remove_abandoned(path); !removed) return fail(std::move(removed.error()));
    return Descriptor(-1);
  }
  if (auto taken = take(file.get(), path); !taken) return fail(std::move(taken.error()));
  if (!is_at(file.get(), path)) return Descriptor(-1);
  return file;
}

}  // namespace

Result<std::unique_ptr<NewFile>> NewFile::make(const std::string& name) {
  const std::string path = name + ".partial";
  for (int tries = 0; tries < limits::kNewFileTries; ++tries) {
    auto file = try_make(path);
    if (!file) return fail(std::move(file.error()));
    if (file->get() < 0) continue;
    remove_beside(path);
    return std::unique_ptr<NewFile>(new NewFile(name, path, file->release()));
  }
  return fail("cannot create {}: others make and remove it all the time", path);
}

NewFile::~NewFile() {
  if (!kept_) {
    remove_beside(path_);
    ::unlink(path_.c_str());
  }
  ::close(handle_);
}

Result<void> NewFile::sync() {
  if (::fdatasync(handle_) != 0) return fail(cannot("write", path_));
  return {};
}

Result<void> NewFile::keep() {
  if (::fsync(handle_) != 0 || ::rename(path_.c_str(), name_.c_str()) != 0) {
    return fail(cannot("write", name_));
  }
  kept_ = true;
  const std::size_t slash = name_.rfind('/');
  const std::string dir = slash == std::string::npos ? "." : name_.substr(0, slash + 1);
  const Descriptor folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return fail(cannot("write", name_));
  return {};
}

}  // namespace favorhook::store::sqlite
