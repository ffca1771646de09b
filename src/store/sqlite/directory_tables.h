// The administrative tables: who is who. Statements of one connection, whose threads and errors
// they have.
#pragma once

#include "store/sqlite/columns.h"
#include "store/sqlite/statement.h"
#include "store/store.h"

namespace favorhook::store::sqlite {

class DirectoryTables {
 public:
  explicit DirectoryTables(Connection& connection);

  Result<DirectoryRows> read();
  // The batch's administrative rows, inserted or replaced; inside a transaction.
  Result<void> write(const Batch& batch);

 private:
  Statement all_merchants_, all_certificates_, all_apiv3_keys_, all_relations_, all_merchant_apps_,
      all_apps_, all_platform_keys_;
  Statement merchant_, certificate_, apiv3_key_, relation_, merchant_app_, app_, platform_key_;
};

}  // namespace favorhook::store::sqlite
