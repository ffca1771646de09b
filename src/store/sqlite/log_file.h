// What a start does with the write-ahead log that it finds, before SQLite sees it.
//
//   Result<void> done = write_log_again(path, vfs);
//
// After a sync that failed, Linux takes the pages for written and goes on showing them, although
// the disk does not have them: the next start would find commits in the log, build on them and have
// its own syncs succeed, and a later power cut would take the log from the first missing page on,
// with every commit acknowledged since. So each start writes the log's bytes over themselves and
// syncs them: what is read from then on is on the disk. A power cut in between changes nothing,
// since the bytes are the same.
//
// Thread safety: none needed; the caller holds the store's lock, and no connection writes. Errors:
// the log's path and what was tried; then the store is not opened. Limits: the log has at most
// kCheckpointPagesMax pages and what a reader held up.
#pragma once

#include <string>

#include "base/result.h"

namespace favorhook::store::sqlite {

// Nothing to do where there is no log, as after an orderly stop. `vfs` empty: the system's.
Result<void> write_log_again(const std::string& path, const std::string& vfs);

}  // namespace favorhook::store::sqlite
