// The schema, as the steps that made it. user_version counts the steps that a file has seen.
//
//   Result<void> ours = expect_known(connection);     // empty, or of this version or an older one
//   Result<void> done = migrate(connection);          // creates, or brings up to this version
//   Result<void> same = expect_current(connection);   // for readers, which change nothing
//   Result<void> made = expect_store(connection);     // of this version or an older one
//
// One transaction: a crash leaves the old version. Steps may use the functions of
// offer_vault (sealing.h). Errors: a file of a newer version, or one that is not favorhook's.
#pragma once

#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

Result<void> expect_known(Connection& connection);
Result<void> migrate(Connection& connection);
Result<void> expect_current(Connection& connection);
Result<void> expect_store(Connection& connection);

}  // namespace favorhook::store::sqlite
