// The views that events and attempts are read from: the tables joined with what is in flight. Their
// columns are those of the rows' descriptions.
//
//   Result<void> done = connection.execute(views_sql());     // after the last step of a migration
//
// Pure.
#pragma once

#include <string>

namespace favorhook::store::sqlite {

// Makes each anew.
std::string views_sql();

}  // namespace favorhook::store::sqlite
