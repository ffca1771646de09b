// A store copied into one file while it is used, and back.
//
//   Result<BackupNote> made = back_up_sqlite_store({.store = path, .held = Held::by_another,
//                                                   .note = {.mode = "sandbox"}}, "kept.db");
//   Result<BackupNote> note = read_backup_note("kept.db");
//   Result<void> done = restore_sqlite_store("kept.db", "new/favorhook.db");
//
// The copy is of one moment, read through a connection of its own: whoever writes goes on, only its
// log grows until the copy is made. It is a store like any other, with a note of what it is of; its
// secrets stay sealed under the master key, which it does not hold. Both directions write to a
// temporary name (`.partial`), sync and rename, mode 0600, so that there is never half a file under
// the final name. Thread safety: any thread; of two that make one file the second is refused.
// Errors: what cannot be read or written; a file that is no backup, or damaged, or cut. Limits:
// kBackupPages are copied at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "store/sqlite/look.h"

namespace favorhook::store {

struct BackupNote {
  std::string mode = {};                         // of the data directory: sandbox or production
  std::string made_at = {};                      // RFC 3339
  std::string version = {};                      // of the favorhook that made it
  std::optional<std::string> sealed_under = {};  // the master key's id; nothing: no secret is in it
};

struct BackupOrder {
  std::string store;  // the file
  Held held = Held::no;
  BackupNote note;
  bool replaces = false;  // a regular file that is there
  // Called after each part: a pause there leaves the disk to others.
  std::function<void()> after_part = {};
};

// The note as it was written, with sealed_under. Never in the store's own folder, nor in place of
// what is no regular file.
Result<BackupNote> back_up_sqlite_store(const BackupOrder& order, const std::string& to);

Result<BackupNote> read_backup_note(const std::string& backup);
// A file named `to` is an error.
Result<void> restore_sqlite_store(const std::string& backup, const std::string& to);

}  // namespace favorhook::store
