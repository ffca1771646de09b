// The administrative tables: who is who. Statements of one connection, whose threads and errors
// they have. Secrets are sealed on their way in and opened on their way out; without a vault, a row
// with a secret can neither be written nor read.
#pragma once

#include <memory>

#include "crypto/vault.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/statement.h"
#include "store/store.h"

namespace favorhook::store::sqlite {

class DirectoryTables {
 public:
  DirectoryTables(Connection& connection, std::shared_ptr<const crypto::Vault> vault);

  Result<DirectoryRows> read();
  // The batch's administrative rows, inserted or replaced; inside a transaction.
  Result<void> write(const Batch& batch);

 private:
  template <class Row>
  Result<void> read_sealed(std::vector<Row>& rows, Statement& statement);
  template <class Row>
  Result<void> write_sealed(const std::vector<Row>& rows, Statement& statement);

  std::shared_ptr<const crypto::Vault> vault_;
  Statement all_merchants_, all_certificates_, all_apiv3_keys_, all_relations_, all_merchant_apps_,
      all_apps_, all_platform_keys_, all_secrets_;
  Statement merchant_, certificate_, apiv3_key_, relation_, merchant_app_, app_, platform_key_,
      secret_;
};

}  // namespace favorhook::store::sqlite
