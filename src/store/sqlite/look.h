// Opening a store's file only to read it: that of a running server, of a stopped one, or a copy.
//
//   Result<std::unique_ptr<Reader>> reader = open_sqlite_to_look(path, Held::no);
//
// Where no process holds the file nothing is written, made or locked, and its folder may be
// read-only; its log (-wal) is read where there is one. Errors: what cannot be opened, is not
// favorhook's, or is of another schema version. A file that is favorhook's and damaged opens, so
// that Reader::damage can tell.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace favorhook::store {

enum class Held { no, by_another };  // whether another process has the file open

Result<std::unique_ptr<Reader>> open_sqlite_to_look(const std::string& path, Held held);

}  // namespace favorhook::store
