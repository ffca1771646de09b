#include "store/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/clocks.h"
#include "base/time_text.h"

namespace favorhook::store {
namespace {

// Whether the process of "pid 123" has ended: its line stays in the file where it was killed.
bool is_gone(std::string_view named) {
  constexpr std::string_view kPid = "pid ";
  pid_t pid = 0;
  if (!named.starts_with(kPid)) return true;
  const char* const end = named.data() + named.size();
  const auto [stop, error] = std::from_chars(named.data() + kPid.size(), end, pid);
  if (error != std::errc() || stop != end || pid <= 0) return true;
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

// "pid 123 (favorhook serve, since 2026-…)", made of the line that the holder wrote. Who only looks
// writes none, and who has just taken the lock may not have written it yet.
std::string holder(int file) {
  std::array<char, 256> bytes{};
  const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
  std::string_view text(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  text = text.substr(0, text.find('\n'));
  const std::size_t comma = text.find(", ");
  if (comma == std::string_view::npos || is_gone(text.substr(0, comma))) return "another process";
  return fmt::format("{} ({})", text.substr(0, comma), text.substr(comma + 2));
}

}  // namespace

StoreLock::~StoreLock() {
  if (file_ < 0) return;
  // The line is for others while the lock is held; that it cannot be removed harms nobody.
  static_cast<void>(::ftruncate(file_, 0) == 0);
  ::close(file_);
}

Result<StoreLock> take_store_lock(std::string dir, std::string_view who) {
  const std::string path = dir + "/favorhook.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail("cannot open {}: {}", path, std::strerror(errno));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const std::string by = holder(file);
    ::close(file);
    if (reason == EWOULDBLOCK) return fail("the store in {} is held by {}", dir, by);
    return fail("cannot lock {}: {}", path, std::strerror(reason));
  }
  StoreLock lock(file);
  const std::string line =
      fmt::format("pid {}, {}, since {}\n", ::getpid(), who, to_rfc3339(SystemClocks().wall()));
  if (::ftruncate(file, 0) != 0 ||
      ::pwrite(file, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return fail("cannot write {}: {}", path, std::strerror(errno));
  }
  return lock;
}

Result<StoreLook> look_at_store_lock(const std::string& dir) {
  const std::string path = dir + "/favorhook.lock";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return StoreLook{};
  if (file < 0) return fail("cannot open {}: {}", path, std::strerror(errno));
  if (::flock(file, LOCK_SH | LOCK_NB) == 0) return StoreLook{StoreLock(file), ""};
  const int reason = errno;
  StoreLook look{std::nullopt, holder(file)};
  ::close(file);
  if (reason != EWOULDBLOCK) return fail("cannot lock {}: {}", path, std::strerror(reason));
  return look;
}

}  // namespace favorhook::store
