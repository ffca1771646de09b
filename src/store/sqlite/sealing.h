// Secrets in the file: sealed under the vault's master key, and the row that tells which key.
//
//   Result<void> known = offer_vault(connection, vault);       // for migrations
//   Result<void> same = unlock(connection, *vault);            // after them
//   row.key = seal_row(*vault, row).key;
//
// Each secret is bound to its place, the table and the key of its row. The table master_key has one
// row: the key's id, and a text sealed under it. Statements of one connection, whose threads and
// errors they have; a wrong master key is an error that names both ids.
#pragma once

#include <memory>
#include <optional>

#include "crypto/vault.h"
#include "store/rows.h"
#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

std::string place_of(const Apiv3KeyRow& row);
std::string place_of(const PlatformKeyRow& row);
std::string place_of(const SecretRow& row);

// The member of a row that is sealed in the file.
inline std::string& secret_of(Apiv3KeyRow& row) {
  return row.key;
}
inline std::string& secret_of(PlatformKeyRow& row) {
  return row.key_pem;
}
inline std::string& secret_of(SecretRow& row) {
  return row.value;
}

// The SQL functions seal(place, text) and master_key_id() on this connection, for migrations.
// Without a vault, calling one is an error.
Result<void> offer_vault(Connection& connection, const std::shared_ptr<const crypto::Vault>& vault);

// The id of the master key that the file's secrets are sealed under; nothing where it holds none.
Result<std::optional<std::string>> sealed_under(Connection& connection);

// Makes sure that the vault is the file's; a file that has met none yet is this one's from now on.
Result<void> unlock(Connection& connection, const crypto::Vault& vault);

// The row of a vault that takes over, inside a transaction. Until wipe_log() has run, the log may
// hold what was there before.
Result<void> write_master_key(Connection& connection, const crypto::Vault& vault);

// Empties the log where it may still hold secrets as they were before the last write_master_key.
// Where a reader stands in the way, the next start does it.
Result<void> wipe_log(Connection& connection);

}  // namespace favorhook::store::sqlite
