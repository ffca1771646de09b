#include "runtime/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/limits.h"

namespace favorhook::runtime {
namespace {

class File {
 public:
  explicit File(int handle) : handle_(handle) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (handle_ >= 0) ::close(handle_);
  }
  int get() const { return handle_; }

 private:
  int handle_;
};

bool write_all(int handle, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(handle, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A rename lasts when the directory is synced.
bool sync_directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string dir = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return file.get() >= 0 && ::fsync(file.get()) == 0;
}

Result<std::string> read_all(const File& file, const std::string& path) {
  std::string content;
  std::array<char, 16 * 1024> part;
  for (;;) {
    const ssize_t size = ::read(file.get(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail("cannot read {}: {}", path, std::strerror(errno));
    if (size == 0) return content;
    content.append(part.data(), static_cast<std::size_t>(size));
    if (content.size() > limits::kFileBytesMax) {
      return fail("{} is larger than {} bytes", path, limits::kFileBytesMax);
    }
  }
}

}  // namespace

bool file_exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Result<std::string> read_file(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail("cannot read {}: {}", path, std::strerror(errno));
  return read_all(file, path);
}

Result<std::string> read_private_file(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found = {};
  if (file.get() < 0 || ::fstat(file.get(), &found) != 0) {
    return fail("cannot read {}: {}", path, std::strerror(errno));
  }
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail("{} may be read by others than its owner (mode {:04o}): chmod 600 {}", path,
                found.st_mode & 07777u, path);
  }
  return read_all(file, path);
}

Result<void> rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0 || !sync_directory_of(to)) {
    return fail("cannot rename {} to {}: {}", from, to, std::strerror(errno));
  }
  return {};
}

Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return fail("cannot remove {}: {}", path, std::strerror(errno));
  }
  return {};
}

Result<void> write_file(const std::string& path, std::string_view content, bool public_file) {
  const std::string temporary = path + ".new";
  const mode_t mode = public_file ? 0644 : 0600;
  {
    // O_TRUNC keeps an old file's mode, so the file is made anew.
    ::unlink(temporary.c_str());
    const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    const bool written = file.get() >= 0 && ::fchmod(file.get(), mode) == 0 &&
                         write_all(file.get(), content) && ::fsync(file.get()) == 0;
    if (!written) return fail("cannot write {}: {}", temporary, std::strerror(errno));
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0 || !sync_directory_of(path)) {
    return fail("cannot write {}: {}", path, std::strerror(errno));
  }
  return {};
}

}  // namespace favorhook::runtime
