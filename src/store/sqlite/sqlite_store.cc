#include "store/sqlite/sqlite_store.h"

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/limits.h"
#include "base/probe.h"
#include "store/sqlite/attempt_tables.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/directory_tables.h"
#include "store/sqlite/due_queries.h"
#include "store/sqlite/log_file.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/reader.h"
#include "store/sqlite/sealing.h"
#include "store/sqlite/state_tables.h"

namespace favorhook::store {
namespace sqlite {
namespace {

using VaultHandle = std::shared_ptr<const crypto::Vault>;

class SqliteStore final : public Store {
 public:
  SqliteStore(SqliteOptions options, VaultHandle vault, std::unique_ptr<Connection> connection,
              std::unique_ptr<Connection> for_checkpoints);

  Result<void> load(coupon::State& state) override;
  Result<void> commit(const Batch& batch) override;
  Result<std::vector<coupon::Event>> due_events(std::string_view receiver, BusinessTime now,
                                                std::optional<BusinessTime> caught_up_before,
                                                std::size_t limit) override {
    if (fault("store.due_events_fail")) return fail("fault point: no due events");
    return due_.due_events(receiver, now, caught_up_before, limit);
  }
  Result<std::optional<BusinessTime>> next_due(std::string_view receiver) override {
    if (fault("store.next_due_fails")) return fail("fault point: no due time");
    return due_.next_due(receiver);
  }
  Result<std::vector<DueReceiver>> due_receivers() override { return due_.due_receivers(); }
  Result<std::vector<std::pair<coupon::Event, Attempt>>> open_intents(std::int64_t after_seq,
                                                                      std::size_t limit) override {
    if (fault("store.open_intents_fail")) return fail("fault point: no intents");
    return due_.open_intents(after_seq, limit);
  }
  Result<DirectoryRows> directory() override { return directory_.read(); }
  Result<std::unique_ptr<Reader>> open_reader() override;

 private:
  Result<void> write(const Batch& batch);
  void roll_back();

  SqliteOptions options_;
  std::unique_ptr<Connection> connection_;
  Statement begin_read_, begin_, commit_, rollback_;
  StateTables state_;
  AttemptTables attempts_;
  DirectoryTables directory_;
  DueQueries due_;
  std::optional<Checkpointer> checkpointer_;
};

SqliteStore::SqliteStore(SqliteOptions options, VaultHandle vault,
                         std::unique_ptr<Connection> connection,
                         std::unique_ptr<Connection> for_checkpoints)
    : options_(std::move(options)),
      connection_(std::move(connection)),
      begin_read_(*connection_, "BEGIN"),
      begin_(*connection_, "BEGIN IMMEDIATE"),
      commit_(*connection_, "COMMIT"),
      rollback_(*connection_, "ROLLBACK"),
      state_(*connection_),
      attempts_(*connection_),
      directory_(*connection_, std::move(vault)),
      due_(*connection_) {
  if (options_.read_only) return;
  checkpointer_.emplace(*connection_, std::move(for_checkpoints),
                        CheckpointerOptions{options_.checkpoint_pages, options_.on_disk_failure});
}

Result<void> SqliteStore::load(coupon::State& state) {
  if (state.loaded()) return {};
  if (fault("store.load_fails")) return fail("fault point: the load failed");
  // One transaction for all: each statement on its own would take and give back the file's locks.
  if (Result<void> begun = begin_read_.run(); !begun) return begun;
  Result<void> done = state_.load(state);
  if (done) done = commit_.run();
  if (!done) roll_back();
  return done;
}

Result<void> SqliteStore::commit(const Batch& batch) {
  if (batch.empty()) return {};
  if (fault("store.commit_fails")) return fail("fault point: the commit failed");
  if (Result<void> begun = begin_.run(); !begun) return begun;
  if (Result<void> done = write(batch); !done) {
    roll_back();
    return done;
  }
  if (Result<void> done = commit_.run(); !done) {
    if (connection_->disk_failed()) {
      probe("store.commit_met_a_failing_disk");
      stop_after_failed_sync(connection_->error("COMMIT"), options_.on_disk_failure);
    }
    roll_back();
    return done;
  }
  checkpointer_->after_commit();
  return {};
}

Result<void> SqliteStore::write(const Batch& batch) {
  Result<void> done = state_.write(batch.state);
  if (done) done = attempts_.write(batch.attempts);
  if (done) done = directory_.write(batch.directory);
  return done;
}

// SQLite has already rolled back after some failures, a full disk among them; then this has nothing
// to do. The error that led here is the one to report.
void SqliteStore::roll_back() {
  static_cast<void>(rollback_.run());
}

Result<std::unique_ptr<Reader>> SqliteStore::open_reader() {
  Result<std::unique_ptr<Connection>> connection =
      Connection::open(options_.path, Access::read, options_.vfs);
  if (!connection) return fail(std::move(connection.error()));
  return std::make_unique<SqliteReader>(std::move(*connection));
}

// What a connection that writes is set to. The log is never truncated: writing into a file that has
// its length costs half of what growing one does.
Result<void> set_up_writer(Connection& connection, bool durable) {
  const std::string cache = fmt::format("PRAGMA cache_size = -{}", limits::kPageCacheKiB);
  for (const char* pragma :
       {"PRAGMA page_size = 4096", "PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0",
        cache.c_str(), "PRAGMA temp_store = MEMORY"}) {
    if (Result<void> done = connection.execute(pragma); !done) return done;
  }
  return connection.execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
}

Result<VaultHandle> find_vault(Connection& connection, const crypto::VaultSource& source) {
  if (!source) return VaultHandle();
  const Result<std::optional<std::string>> key_id = sealed_under(connection);
  if (!key_id) return fail(key_id.error());
  return source(*key_id);
}

// The file as this version writes it, its secrets sealed under the vault that is given back.
Result<VaultHandle> prepare_file(Connection& connection, const crypto::VaultSource& source) {
  if (Result<void> known = expect_known(connection); !known) return fail(std::move(known.error()));
  Result<VaultHandle> vault = find_vault(connection, source);
  if (!vault) return vault;
  Result<void> done = offer_vault(connection, *vault);
  if (done) done = migrate(connection);
  if (done && *vault) done = unlock(connection, **vault);
  if (done && *vault) done = wipe_log(connection);
  if (!done) return fail(std::move(done.error()));
  return vault;
}

// Inside a transaction.
Result<std::size_t> reseal(Connection& connection, const VaultHandle& from, const VaultHandle& to) {
  auto rows = DirectoryTables(connection, from).read();
  if (!rows) return fail(std::move(rows.error()));
  DirectoryRows secrets;
  std::size_t count = 0;
  each_type(DirectoryRowTypes{}, [&]<class Row>() {
    if (!has_secret<Row>()) return;
    secrets.of<Row>() = std::move(rows->template of<Row>());
    count += secrets.of<Row>().size();
  });
  Result<void> done = DirectoryTables(connection, to).write(secrets);
  if (done) done = write_master_key(connection, *to);
  if (!done) return fail(std::move(done.error()));
  return count;
}

// The connection that writes, on a log that is as durable as it looks.
Result<std::unique_ptr<Connection>> open_first(const SqliteOptions& options) {
  Result<void> done = write_log_again(options.path, options.vfs);
  if (!done) return fail(std::move(done.error()));
  Result<std::unique_ptr<Connection>> writer =
      Connection::open(options.path, Access::create, options.vfs);
  if (writer) done = set_up_writer(**writer, options.durable);
  if (!done) return fail(std::move(done.error()));
  return writer;
}

Result<std::size_t> reseal_file(const SqliteOptions& options, const crypto::VaultSource& next) {
  Result<std::unique_ptr<Connection>> opened = open_first(options);
  if (!opened) return fail(std::move(opened.error()));
  Connection& connection = **opened;
  const Result<VaultHandle> vault = prepare_file(connection, options.vault);
  if (!vault) return fail(vault.error());
  const Result<VaultHandle> other = next((*vault)->key_id());
  if (!other) return fail(other.error());
  if ((*vault)->key_id() == (*other)->key_id()) return std::size_t{0};
  Result<void> done = connection.execute("PRAGMA secure_delete = ON; BEGIN IMMEDIATE");
  if (!done) return fail(std::move(done.error()));
  Result<std::size_t> count = reseal(connection, *vault, *other);
  if (count) done = connection.execute("COMMIT");
  if (!count || !done) {
    static_cast<void>(connection.execute("ROLLBACK"));
    return fail(count ? done.error() : count.error());
  }
  if (Result<void> wiped = wipe_log(connection); !wiped) return fail(std::move(wiped.error()));
  return count;
}

Result<std::unique_ptr<Store>> open_writer(const SqliteOptions& options) {
  Result<std::unique_ptr<Connection>> writer = open_first(options);
  if (!writer) return fail(std::move(writer.error()));
  Result<VaultHandle> vault = prepare_file(**writer, options.vault);
  if (!vault) return fail(std::move(vault.error()));

  // A VFS of one's own, or a disk that need not last, is a simulation's: there everything happens
  // on one thread.
  std::unique_ptr<Connection> own;
  if (options.vfs.empty() && options.durable) {
    Result<std::unique_ptr<Connection>> opened =
        Connection::open(options.path, Access::create, options.vfs);
    if (!opened) return fail(std::move(opened.error()));
    own = std::move(*opened);
    if (Result<void> ready = set_up_writer(*own, options.durable); !ready) {
      return fail(std::move(ready.error()));
    }
  }
  return std::make_unique<SqliteStore>(options, std::move(*vault), std::move(*writer),
                                       std::move(own));
}

Result<std::unique_ptr<Store>> open_to_look(const SqliteOptions& options) {
  Result<std::unique_ptr<Connection>> connection =
      Connection::open(options.path, Access::read, options.vfs);
  if (!connection) return fail(std::move(connection.error()));
  if (Result<void> current = expect_current(**connection); !current) {
    return fail(std::move(current.error()));
  }
  Result<VaultHandle> vault = find_vault(**connection, options.vault);
  if (!vault) return fail(std::move(vault.error()));
  return std::make_unique<SqliteStore>(options, std::move(*vault), std::move(*connection), nullptr);
}

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options) {
  return options.read_only ? sqlite::open_to_look(options) : sqlite::open_writer(options);
}

Result<std::size_t> reseal_sqlite_store(const SqliteOptions& options,
                                        const crypto::VaultSource& next) {
  return sqlite::reseal_file(options, next);
}

}  // namespace favorhook::store
