#include "store/sqlite/backup.h"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

#include "base/limits.h"
#include "store/sqlite/file_head.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/new_file.h"
#include "store/sqlite/scan.h"
#include "store/sqlite/sealing.h"
#include "store/sqlite/statement.h"

namespace favorhook::store {
namespace {

using sqlite::Access;
using sqlite::Columns;
using sqlite::Connection;
using sqlite::NewFile;
using sqlite::Statement;

struct EndBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

// A part at a time, each brought to the disk before the next: everything at the end would make
// those who commit meanwhile wait for it.
Result<void> copy_pages(Connection& from, Connection& to, NewFile& file,
                        const std::function<void()>& after_part) {
  const std::unique_ptr<sqlite3_backup, EndBackup> backup(
      sqlite3_backup_init(to.get(), "main", from.get(), "main"));
  if (backup == nullptr) return fail(to.error("backup"));
  for (;;) {
    const int code = sqlite3_backup_step(backup.get(), limits::kBackupPages);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_OK) return fail("{}: backup: {}", from.path(), sqlite3_errstr(code));
    if (auto synced = file.sync(); !synced) return synced;
    if (after_part) after_part();
  }
}

struct Copying {
  std::function<void()> after_part = {};
  std::function<Result<void>()> begin;              // once no other can make a file of that name
  std::function<Result<void>(Connection&)> finish;  // changes the copy before it has its name
};

// Copies what `from` sees at one moment.
Result<void> copy_store(Connection& from, const std::string& to, const Copying& copying) {
  auto file = NewFile::make(to);
  if (!file) return fail(std::move(file.error()));
  if (Result<void> begun = copying.begin(); !begun) return begun;
  {
    auto copy = Connection::open((*file)->path(), Access::create, "");
    if (!copy) return fail(std::move(copy.error()));
    // The transaction keeps the moment; without one, each commit of another would begin the copy
    // anew.
    Result<void> done = from.execute("BEGIN; SELECT count(*) FROM sqlite_schema");
    if (done) done = copy_pages(from, **copy, **file, copying.after_part);
    const Result<void> ended = from.execute("COMMIT");
    if (done) done = ended;
    // Of the copy's own: one file without a log beside it.
    if (done) done = (*copy)->execute("PRAGMA journal_mode = DELETE");
    if (done) done = copying.finish(**copy);
    if (!done) return done;
  }
  return (*file)->keep();
}

constexpr const char* kMakeNote =
    "CREATE TABLE IF NOT EXISTS backup_note(mode TEXT NOT NULL, made_at TEXT NOT NULL, "
    "version TEXT NOT NULL) STRICT; DELETE FROM backup_note";

Result<void> write_note(Connection& copy, const BackupNote& note) {
  if (Result<void> made = copy.execute(kMakeNote); !made) return made;
  return Statement(copy, "INSERT INTO backup_note(mode, made_at, version) VALUES(?1, ?2, ?3)")
      .run(note.mode, note.made_at, note.version);
}

// Whoever has the store open would go on writing into a file that has no name any more.
bool is_of_store(const std::string& to, const std::string& store) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (std::filesystem::equivalent(to, store + suffix, ignored)) return true;
  }
  return false;
}

// True also of what lies deeper in the folder, by whatever name it is called.
bool is_within(const std::string& to, const std::filesystem::path& folder) {
  std::error_code ignored;
  const std::filesystem::path parent = std::filesystem::path(to).parent_path();
  std::filesystem::path at = std::filesystem::canonical(parent.empty() ? "." : parent, ignored);
  for (; !at.empty(); at = at.parent_path()) {
    if (std::filesystem::equivalent(at, folder, ignored)) return true;
    if (at == at.root_path()) break;
  }
  return false;
}

// Another user of a name that a rename would take away: who holds the data directory, a device.
Result<void> check_target(const BackupOrder& order, const std::string& to) {
  namespace fs = std::filesystem;
  if (is_of_store(to, order.store)) return fail("{} is the store itself", to);
  const fs::path folder = fs::path(order.store).parent_path();
  if (is_within(to, folder.empty() ? "." : folder)) {
    return fail("{} is in the data directory: a backup is kept apart from it", to);
  }
  std::error_code error;
  const fs::file_status found = fs::symlink_status(to, error);
  if (found.type() == fs::file_type::not_found) return {};
  if (error) return fail("cannot look at {}: {}", to, error.message());
  if (found.type() != fs::file_type::regular) {
    return fail("{} exists already and is no regular file: it is never replaced", to);
  }
  if (!order.replaces) return fail("{} exists already; --force replaces it", to);
  return {};
}

Result<std::unique_ptr<Connection>> open_to_copy(const std::string& path, Held held) {
  auto connection = Connection::open(path, held == Held::no ? Access::at_rest : Access::read, "");
  if (!connection) return connection;
  // Before SQLite fills up the last page and a copy has all of them.
  if ((*connection)->is_whole_store()) {
    if (const auto fault = sqlite::size_fault(path)) return fail("{} is damaged: {}", path, *fault);
  }
  if (const auto made = sqlite::expect_store(**connection); !made) return fail(made.error());
  return connection;
}

Result<BackupNote> note_in(Connection& backup) {
  const auto known = backup.integer(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'backup_note'");
  if (!known) return fail(known.error());
  if (*known == 0) return fail("{} is no backup: `favorhook backup` makes one", backup.path());
  BackupNote note;
  Statement select(backup, "SELECT mode, made_at, version FROM backup_note");
  Result<void> done = select.each([&](Columns& read) {
    read(note.mode);
    read(note.made_at);
    read(note.version);
  });
  if (!done) return fail(std::move(done.error()));
  auto key = sqlite::sealed_under(backup);
  if (!key) return fail(std::move(key.error()));
  note.sealed_under = std::move(*key);
  return note;
}

}  // namespace

Result<BackupNote> back_up_sqlite_store(const BackupOrder& order, const std::string& to) {
  const auto checked = [&] { return check_target(order, to); };
  if (Result<void> free = checked(); !free) return fail(std::move(free.error()));
  const auto store = open_to_copy(order.store, order.held);
  if (!store) return fail(store.error());
  Result<BackupNote> made = order.note;
  const auto finish = [&](Connection& copy) -> Result<void> {
    if (Result<void> done = write_note(copy, order.note); !done) return done;
    made = note_in(copy);
    return made ? Result<void>() : fail(made.error());
  };
  const Result<void> copied = copy_store(**store, to, {order.after_part, checked, finish});
  if (!copied) return fail(copied.error());
  return made;
}

Result<BackupNote> read_backup_note(const std::string& backup) {
  const auto connection = open_to_copy(backup, Held::no);
  if (!connection) return fail(connection.error());
  return note_in(**connection);
}

Result<void> restore_sqlite_store(const std::string& backup, const std::string& to) {
  const auto is_free = [&]() -> Result<void> {
    if (::access(to.c_str(), F_OK) == 0) return fail("{} exists already", to);
    return {};
  };
  if (auto free = is_free(); !free) return free;
  const auto from = open_to_copy(backup, Held::no);
  if (!from) return fail(from.error());
  if (const auto note = note_in(**from); !note) return fail(note.error());
  if (const auto faults = sqlite::damage(**from, 1); !faults.empty()) {
    return fail("{} is damaged: {}", backup, faults.front());
  }
  return copy_store(**from, to, {.begin = is_free, .finish = [](Connection& copy) {
                                   return copy.execute("DROP TABLE backup_note");
                                 }});
}

}  // namespace favorhook::store
