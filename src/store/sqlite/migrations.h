// The schema, as the steps that made it. user_version counts the steps that a file has seen.
//
//   Result<void> done = migrate(connection);          // creates, or brings up to this version
//   Result<void> same = expect_current(connection);   // for readers, which change nothing
//
// Errors: a file of a newer version, or one that is not favorhook's.
#pragma once

#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

Result<void> migrate(Connection& connection);
Result<void> expect_current(Connection& connection);

}  // namespace favorhook::store::sqlite
