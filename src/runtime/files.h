// Files of the data directory and of merchants: read whole, written so that a crash leaves the old
// one or the new one.
//
//   Result<void> done = write_file(data.file("admin.token"), token);     // 0600
//   Result<std::string> text = read_private_file("/etc/favorhook/master.key");
//
// Thread safety: any thread, one writer a file. Errors: what was tried, the path, and the system's
// reason. Limits: kFileBytesMax a file that is read.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace favorhook::runtime {

bool file_exists(const std::string& path);

Result<std::string> read_file(const std::string& path);
// The same of a file that nobody but its owner may read; of any other it is an error.
Result<std::string> read_private_file(const std::string& path);

// To a temporary name (`.new`), synced and renamed. Mode 0600 unless `public_file`.
Result<void> write_file(const std::string& path, std::string_view content,
                        bool public_file = false);
// Lasting, and at once: there is always the one file or the other.
Result<void> rename_file(const std::string& from, const std::string& to);
// One that is not there is as good as removed.
Result<void> remove_file(const std::string& path);

}  // namespace favorhook::runtime
