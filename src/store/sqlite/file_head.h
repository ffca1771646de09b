// What the first bytes of a file at rest say of its size.
//
//   std::optional<std::string> fault = size_fault("kept.db");   // "it is cut: it has 8182 bytes…"
//
// SQLite fills a last page that is too short with zeros and finds nothing wrong with it. Only for a
// file without a log, which may have pages that the file has not, and that this process has not
// locked: reading it drops those locks. Thread safety: any thread. What has no head of SQLite's, or
// cannot be read, is left to SQLite to judge.
#pragma once

#include <optional>
#include <string>

namespace favorhook::store::sqlite {

// Nothing where the size is that of the pages which the head counts.
std::optional<std::string> size_fault(const std::string& path);

}  // namespace favorhook::store::sqlite
