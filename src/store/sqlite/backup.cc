#include "store/sqlite/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/limits.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/scan.h"
#include "store/sqlite/sealing.h"
#include "store/sqlite/statement.h"

namespace favorhook::store {
namespace {

using sqlite::Access;
using sqlite::Columns;
using sqlite::Connection;
using sqlite::Statement;

// A private file that SQLite writes and this keeps in step with the disk. It stays open until
// SQLite has closed it: closing a descriptor drops the locks that the process has on the file.
class NewFile {
 public:
  explicit NewFile(const std::string& path) : path_(path) {
    remove_all();
    handle_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (handle_ < 0) return;
    ::close(handle_);
    if (!kept_) remove_all();
  }
  bool made() const { return handle_ >= 0; }
  bool sync() { return ::fdatasync(handle_) == 0; }

  // Under its final name, for good.
  bool keep_as(const std::string& name) {
    if (::fsync(handle_) != 0 || ::rename(path_.c_str(), name.c_str()) != 0) return false;
    kept_ = true;
    const std::size_t slash = name.rfind('/');
    const std::string dir = slash == std::string::npos ? "." : name.substr(0, slash + 1);
    const int folder = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return false;
    const bool synced = ::fsync(folder) == 0;
    ::close(folder);
    return synced;
  }

 private:
  // What a crash left of SQLite's beside an earlier file would be taken for this one's.
  void remove_all() {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((path_ + suffix).c_str());
  }

  std::string path_;
  int handle_;
  bool kept_ = false;
};

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
    if (!file.sync()) return fail("cannot write {}: {}", to.path(), std::strerror(errno));
    if (after_part) after_part();
  }
}

struct Copying {
  std::function<void()> after_part = {};
  std::function<Result<void>(Connection&)> finish;  // changes the copy before it has its name
};

// Copies what `from` sees at one moment.
Result<void> copy_store(Connection& from, const std::string& to, const Copying& copying) {
  const std::string partial = to + ".partial";
  NewFile file(partial);
  if (!file.made()) return fail("cannot create {}: {}", partial, std::strerror(errno));
  {
    auto copy = Connection::open(partial, Access::create, "");
    if (!copy) return fail(std::move(copy.error()));
    // The transaction keeps the moment; without one, each commit of another would begin the copy
    // anew.
    Result<void> done = from.execute("BEGIN; SELECT count(*) FROM sqlite_schema");
    if (done) done = copy_pages(from, **copy, file, copying.after_part);
    const Result<void> ended = from.execute("COMMIT");
    if (done) done = ended;
    // Of the copy's own: one file without a log beside it.
    if (done) done = (*copy)->execute("PRAGMA journal_mode = DELETE");
    if (done) done = copying.finish(**copy);
    if (!done) return done;
  }
  if (!file.keep_as(to)) return fail("cannot write {}: {}", to, std::strerror(errno));
  return {};
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

Result<std::unique_ptr<Connection>> open_to_copy(const std::string& path, Held held) {
  auto connection = Connection::open(path, held == Held::no ? Access::at_rest : Access::read, "");
  if (!connection) return connection;
  if (const auto known = sqlite::expect_known(**connection); !known) return fail(known.error());
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
  if (is_of_store(to, order.store)) return fail("{} is the store itself", to);
  const auto store = open_to_copy(order.store, order.held);
  if (!store) return fail(store.error());
  Result<BackupNote> made = order.note;
  const auto finish = [&](Connection& copy) -> Result<void> {
    if (Result<void> done = write_note(copy, order.note); !done) return done;
    made = note_in(copy);
    return made ? Result<void>() : fail(made.error());
  };
  const Result<void> copied = copy_store(**store, to, {order.after_part, finish});
  if (!copied) return fail(copied.error());
  return made;
}

Result<BackupNote> read_backup_note(const std::string& backup) {
  const auto connection = open_to_copy(backup, Held::no);
  if (!connection) return fail(connection.error());
  return note_in(**connection);
}

Result<void> restore_sqlite_store(const std::string& backup, const std::string& to) {
  if (::access(to.c_str(), F_OK) == 0) return fail("{} exists already", to);
  const auto from = open_to_copy(backup, Held::no);
  if (!from) return fail(from.error());
  if (const auto note = note_in(**from); !note) return fail(note.error());
  if (const auto faults = sqlite::damage(**from, 1); !faults.empty()) {
    return fail("{} is damaged: {}", backup, faults.front());
  }
  return copy_store(**from, to, {.finish = [](Connection& copy) {
    return copy.execute("DROP TABLE backup_note");
  }});
}

}  // namespace favorhook::store
