// A data directory made of a backup, and what a backup must know of one.
//
//   Result<store::BackupNote> note = restore_data_dir("kept.db", "new-data", key_file);
//
// The directory is new, empty, or what an earlier restore left half made; one with a store in it is
// never touched. Its marker is written last, so that no server starts on a part. Errors: what is in
// the way, what cannot be read or written; a master key that is not the backup's.
#pragma once

#include <string>

#include "base/result.h"
#include "store/sqlite/backup.h"

namespace favorhook::runtime {

// `key_file`: becomes the sandbox's own master key, for production it is an error; empty: the
// operator sees to it.
Result<store::BackupNote> restore_data_dir(const std::string& backup, const std::string& path,
                                           const std::string& key_file);

}  // namespace favorhook::runtime
