#include "runtime/data_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "crypto/random.h"
#include "runtime/files.h"

namespace favorhook::runtime {
namespace {

constexpr std::string_view kMarker = "favorhook.json";
constexpr std::int64_t kFormat = 1;
constexpr std::size_t kTokenSize = 43;  // 256 bits

// What a directory may hold that a crash left half made: all but the marker, which comes last.
constexpr std::array<std::string_view, 3> kMadeFirst = {"admin.token", "admin.token.new",
                                                        "favorhook.json.new"};

std::string_view word(bool sandbox) {
  return sandbox ? "sandbox" : "production";
}

// The directory's own lock, so that two first starts do not make two tokens.
class MakingLock {
 public:
  explicit MakingLock(const std::string& path)
      : handle_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    held_ = handle_ >= 0 && ::flock(handle_, LOCK_EX) == 0;
  }
  MakingLock(const MakingLock&) = delete;
  MakingLock& operator=(const MakingLock&) = delete;
  ~MakingLock() {
    if (handle_ >= 0) ::close(handle_);
  }
  bool held() const { return held_; }

 private:
  int handle_;
  bool held_ = false;
};

// A directory of something else is no place for favorhook.
Result<void> check_empty(const std::string& path) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string name = entry.path().filename();
    if (std::ranges::find(kMadeFirst, name) == kMadeFirst.end()) {
      return fail("{} is not empty (it has {}) and is no data directory of favorhook", path, name);
    }
  }
  if (error) return fail("cannot read {}: {}", path, error.message());
  return {};
}

Result<DataDir> read_files(const std::string& path, bool sandbox, bool made_now) {
  auto token = read_file(path + "/admin.token");
  if (!token) return fail(token.error());
  while (token->ends_with('\n')) token->pop_back();
  if (token->empty()) return fail("{}/admin.token is empty", path);
  return DataDir{path, sandbox, made_now, std::move(*token)};
}

}  // namespace

Result<std::optional<bool>> mode_of_data_dir(const std::string& path) {
  const std::string file = fmt::format("{}/{}", path, kMarker);
  if (!file_exists(file)) return std::nullopt;
  const auto text = read_file(file);
  if (!text) return fail(text.error());
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(*text, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* format = object != nullptr ? object->if_contains("format") : nullptr;
  const auto* mode = object != nullptr ? object->if_contains("mode") : nullptr;
  const auto* mode_text = mode != nullptr ? mode->if_string() : nullptr;
  if (format == nullptr || mode_text == nullptr || !format->is_int64()) {
    return fail("{} is damaged", file);
  }
  if (format->get_int64() != kFormat) {
    return fail("{} was made by another version of favorhook (format {})", path,
                format->get_int64());
  }
  if (*mode_text != word(true) && *mode_text != word(false)) return fail("{} is damaged", file);
  return std::optional(*mode_text == word(true));
}

Result<void> make_directory(const std::string& path) {
  std::error_code error;
  const std::filesystem::path parent =
      std::filesystem::path(path + "/").parent_path().parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail("cannot make {}: {}", path, std::strerror(errno));
  }
  return {};
}

Result<void> make_directory_private(const std::string& path) {
  if (::chmod(path.c_str(), 0700) == 0) return {};
  return fail("cannot make {} private: {}", path, std::strerror(errno));
}

Result<void> make_data_dir_files(const std::string& path, bool sandbox) {
  if (auto done = make_directory_private(path); !done) return done;
  const std::string token = crypto::SystemRandom().text(kTokenSize, kAlphanumeric);
  const boost::json::object marker = {{"format", kFormat}, {"mode", word(sandbox)}};
  if (auto done = write_file(path + "/admin.token", token + "\n"); !done) return done;
  return write_file(fmt::format("{}/{}", path, kMarker), boost::json::serialize(marker) + "\n");
}

Result<bool> mode_of_existing_data_dir(const std::string& path) {
  const auto mode = mode_of_data_dir(path);
  if (!mode) return fail(mode.error());
  if (!*mode) return fail("{} is no data directory of favorhook; --data names another", path);
  return **mode;
}

Result<DataDir> open_data_dir(const std::string& path, std::optional<bool> sandbox) {
  if (auto made = make_directory(path); !made) return fail(made.error());
  const MakingLock lock(path);
  if (!lock.held()) return fail("cannot open {}: {}", path, std::strerror(errno));
  const auto marker = mode_of_data_dir(path);
  if (!marker) return fail(marker.error());
  if (*marker) {
    if (sandbox && *sandbox != **marker) {
      return fail("{} is a {} data directory, and {} was asked for", path, word(**marker),
                  word(*sandbox));
    }
    return read_files(path, **marker, false);
  }
  if (auto empty = check_empty(path); !empty) return fail(empty.error());
  const bool kind = sandbox.value_or(true);
  if (auto made = make_data_dir_files(path, kind); !made) return fail(made.error());
  return read_files(path, kind, true);
}

}  // namespace favorhook::runtime
