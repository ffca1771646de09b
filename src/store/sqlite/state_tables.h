// The business's tables: fills a coupon::State and writes what changed in it.
//
// Statements of one connection, whose threads and errors they have. A new row that exists, or a
// changed one that does not, is an error.
#pragma once

#include <memory>

#include "coupon/state.h"
#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

class StateTables {
 public:
  explicit StateTables(Connection& connection);
  ~StateTables();

  // Every row that is wanted and not loaded, table by table in key order.
  Result<void> load(coupon::State& state);
  // Every row that has changed, table by table in key order; inside a transaction.
  Result<void> write(const coupon::State& state);

 private:
  struct Statements;
  std::unique_ptr<Statements> statements_;
};

}  // namespace favorhook::store::sqlite
