// Reader::scan and Reader::damage over one connection: each table streamed, all in one transaction.
//
//   Result<void> done = scan(connection, visitor);
//
// Thread safety: its connection's. Limits: kScanEvents events with their attempts are held at a
// time. Errors: those of Statement.
#pragma once

#include <string>
#include <vector>

#include "store/scan.h"
#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

Result<void> scan(Connection& connection, const ScanVisitor& visitor);

// What SQLite's own check finds wrong with the file, at most `limit` sentences, and before them
// what is wrong with its size; none: it is sound.
std::vector<std::string> damage(Connection& connection, std::size_t limit);

}  // namespace favorhook::store::sqlite
