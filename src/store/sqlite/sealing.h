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

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "crypto/vault.h"
#include "store/rows.h"
#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

namespace sealing_detail {
struct FindSecret {
  template <class T>
  void operator()(std::string_view, T&) {}
  template <class T>
  void fixed(std::string_view, T&) {}
  void blob(std::string_view, std::string&) {}
  void sealed(std::string_view, std::string& text) { secret = &text; }
  template <class T>
  void found(std::string_view, T&) {}

  std::string* secret = nullptr;
};
inline std::string part_of_place(const std::string& text) {
  return "/" + text;
}
inline std::string part_of_place(WallTime time) {
  return fmt::format("/{}", unix_millis(time));
}
}  // namespace sealing_detail

// The member of a row that is sealed in the file; null where it has none.
template <class Row>
std::string* secret_of(Row& row) {
  sealing_detail::FindSecret find;
  Row::columns(find, row);
  return find.secret;
}
template <class Row>
bool has_secret() {
  Row row;
  return secret_of(row) != nullptr;
}

// The table and the key of a row: what its secret is bound to.
template <class Row>
std::string place_of(const Row& row) {
  std::string place = Row::kTable;
  Row::Key::each_member(row,
                        [&](const auto& part) { place += sealing_detail::part_of_place(part); });
  return place;
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
