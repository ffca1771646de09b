#include "runtime/restore.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "runtime/data_dir.h"
#include "runtime/files.h"
#include "runtime/master_key.h"
#include "store/lock.h"

namespace favorhook::runtime {
namespace {

constexpr std::string_view kStore = "favorhook.db";
constexpr std::string_view kHalfStore = "favorhook.db.partial";  // and what SQLite puts beside it
// Says that all beside it is of a restore that has not ended. It is written before the store has
// its name and removed after the marker.
constexpr std::string_view kUnfinished = "restore.unfinished";

// What an earlier restore may have left, and what an operator may put there before one.
constexpr std::array<std::string_view, 8> kMayBeThere = {
    kUnfinished,       "restore.unfinished.new", "favorhook.lock", "admin.token",
    "admin.token.new", "favorhook.json.new",     "master.key",     "master.key.new"};

Result<void> check_free(const std::string& path) {
  const auto mode = mode_of_data_dir(path);
  if (!mode) return fail(mode.error());
  if (*mode) return fail("{} is a data directory already; a restore makes a new one", path);
  const bool unfinished = file_exists(fmt::format("{}/{}", path, kUnfinished));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string name = entry.path().filename();
    if (unfinished && (name == kStore || name.starts_with(kHalfStore))) continue;
    if (std::ranges::find(kMayBeThere, name) == kMayBeThere.end()) {
      return fail("{} is not empty (it has {}); a restore makes a new directory", path, name);
    }
  }
  if (error) return fail("cannot read {}: {}", path, error.message());
  return {};
}

Result<void> put_master_key(const DataDir& data, const std::string& key_file,
                            const store::BackupNote& note) {
  if (key_file.empty()) return {};
  const auto key = read_key_file(key_file);
  if (!key) return fail(key.error());
  if (note.sealed_under && key->id() != *note.sealed_under) {
    return fail(
        "the wrong master key: the backup's secrets are sealed with the key {}, and {} is {}",
        *note.sealed_under, key_file, key->id());
  }
  std::string text = key->to_text() + "\n";
  auto written = write_file(data.file(kOwnKeyFile), text);
  crypto::wipe(text);
  return written;
}

}  // namespace

Result<store::BackupNote> restore_data_dir(const std::string& backup, const std::string& path,
                                           const std::string& key_file) {
  auto note = store::read_backup_note(backup);
  if (!note) return note;
  if (note->mode == "production" && !key_file.empty()) {
    return fail(
        "the backup is one of production, whose master key does not lie in the data directory: "
        "name it with master_key_file when the server starts");
  }
  if (auto made = make_directory(path); !made) return fail(std::move(made.error()));
  if (auto free = check_free(path); !free) return fail(std::move(free.error()));
  const auto lock = store::take_store_lock(path, "favorhook restore");
  if (!lock) return fail(lock.error());

  DataDir data;
  data.path = path;
  data.sandbox = note->mode == "sandbox";
  const std::string store = data.file(kStore);
  const std::string unfinished = data.file(kUnfinished);
  // At once: a directory that was there may be open to others, and openids come into it.
  Result<void> done = make_directory_private(path);
  if (done) done = write_file(unfinished, backup + "\n");
  if (done) done = put_master_key(data, key_file, *note);
  if (done) done = remove_file(store);
  if (done) done = store::restore_sqlite_store(backup, store);
  if (done) done = make_data_dir_files(path, data.sandbox);
  if (done) done = remove_file(unfinished);
  if (!done) return fail(std::move(done.error()));
  return note;
}

}  // namespace favorhook::runtime
