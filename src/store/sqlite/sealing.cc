#include "store/sqlite/sealing.h"

#include <sqlite3.h>

#include "store/sqlite/statement.h"

namespace favorhook::store::sqlite {
namespace {

constexpr std::string_view kProbePlace = "master_key";
constexpr std::string_view kProbe = "favorhook";

using VaultHandle = std::shared_ptr<const crypto::Vault>;

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// The vault that the function was made with; null, and the error set, where there is none.
const crypto::Vault* vault_of(sqlite3_context* context) {
  const auto* vault = static_cast<const VaultHandle*>(sqlite3_user_data(context))->get();
  if (vault == nullptr) {
    sqlite3_result_error(context, "a master key is needed to seal secrets", -1);
  }
  return vault;
}

void give(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void seal_for_sql(sqlite3_context* context, int, sqlite3_value** values) {
  const crypto::Vault* const vault = vault_of(context);
  if (vault != nullptr) give(context, vault->seal(text_of(values[0]), text_of(values[1])));
}

void key_id_for_sql(sqlite3_context* context, int, sqlite3_value**) {
  const crypto::Vault* const vault = vault_of(context);
  if (vault != nullptr) give(context, vault->key_id());
}

using SqlFunction = void (*)(sqlite3_context*, int, sqlite3_value**);

Result<void> offer(Connection& connection, const char* name, int arguments, SqlFunction function,
                   const VaultHandle& vault) {
  const auto drop = [](void* handle) { delete static_cast<VaultHandle*>(handle); };
  const int code =
      sqlite3_create_function_v2(connection.get(), name, arguments, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                 new VaultHandle(vault), function, nullptr, nullptr, drop);
  if (code != SQLITE_OK) return fail(connection.error(name));
  return {};
}

struct MasterKeyRow {
  std::string key_id, probe;

  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("key_id", row.key_id);
    io("probe", row.probe);
  }
};

Result<std::optional<MasterKeyRow>> read_master_key(Connection& connection) {
  const auto known = connection.integer(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'master_key'");
  if (!known) return fail(known.error());
  if (*known == 0) return std::nullopt;
  return Statement(connection, "SELECT key_id, probe FROM master_key").one<MasterKeyRow>();
}

}  // namespace

Result<void> offer_vault(Connection& connection,
                         const std::shared_ptr<const crypto::Vault>& vault) {
  Result<void> done = offer(connection, "seal", 2, seal_for_sql, vault);
  if (done) done = offer(connection, "master_key_id", 0, key_id_for_sql, vault);
  return done;
}

Result<std::optional<std::string>> sealed_under(Connection& connection) {
  auto row = read_master_key(connection);
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  return std::move((*row)->key_id);
}

Result<void> unlock(Connection& connection, const crypto::Vault& vault) {
  const auto row = read_master_key(connection);
  if (!row) return fail(row.error());
  if (!*row) return write_master_key(connection, vault);
  if ((*row)->key_id != vault.key_id()) {
    return fail("the secrets in {} are sealed with the master key {}, and the one given is {}",
                connection.path(), (*row)->key_id, vault.key_id());
  }
  const auto opened = vault.open(kProbePlace, (*row)->probe);
  if (!opened) return fail("{}: {}", connection.path(), opened.error().what);
  return {};
}

Result<void> write_master_key(Connection& connection, const crypto::Vault& vault) {
  return Statement(connection,
                   "INSERT OR REPLACE INTO master_key(only, key_id, probe, log_wiped) "
                   "VALUES(1, ?1, ?2, 0)")
      .run(vault.key_id(), vault.seal(kProbePlace, kProbe));
}

Result<void> wipe_log(Connection& connection) {
  const auto dirty = connection.integer("SELECT count(*) FROM master_key WHERE log_wiped = 0");
  if (!dirty) return fail(dirty.error());
  if (*dirty == 0) return {};
  const auto busy = connection.integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return fail(busy.error());
  if (*busy != 0) return {};
  return connection.execute("UPDATE master_key SET log_wiped = 1");
}

}  // namespace favorhook::store::sqlite
