// The administrative tables: who is who. Statements of one connection, whose threads and errors
// they have. Secrets are sealed on their way in and opened on their way out; without a vault, a row
// with a secret can neither be written nor read.
#pragma once

#include <memory>

#include "crypto/vault.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace favorhook::store::sqlite {

class DirectoryTables {
 public:
  DirectoryTables(Connection& connection, std::shared_ptr<const crypto::Vault> vault);
  ~DirectoryTables();

  Result<DirectoryRows> read();
  // Inserted or replaced by their keys; inside a transaction.
  Result<void> write(const DirectoryRows& rows);

 private:
  struct Statements;
  std::unique_ptr<Statements> statements_;
};

}  // namespace favorhook::store::sqlite
