// The ledger of attempts: an intent makes its event a flight, a result ends the flight and is the
// attempt's row for good.
//
//   Result<void> done = attempts.write(batch.attempts);   // inside a transaction
//
// Statements of one connection, whose threads and errors they have. An event has one flight at a
// time; a second is an error.
#pragma once

#include <vector>

#include "store/rows.h"
#include "store/sqlite/statement.h"

namespace favorhook::store::sqlite {

class AttemptTables {
 public:
  explicit AttemptTables(Connection& connection);

  Result<void> write(const std::vector<Attempt>& attempts);

 private:
  Result<void> write_one(const Attempt& attempt);

  Statement begin_, end_, result_;
};

}  // namespace favorhook::store::sqlite
