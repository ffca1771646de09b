// The operator's API in this process, on a store that no server holds. Private to cli/.
//
//   Result<std::unique_ptr<AdminClient>> admin = open_local_admin(data_dir);
//
// The directory is made, as a sandbox, where there is none. Thread safety: one thread. Errors: who
// holds the store.
#pragma once

#include "cli/admin_client.h"

namespace favorhook::cli {

Result<std::unique_ptr<AdminClient>> open_local_admin(const std::string& data_dir);

// An answer of the API as commands see it: its JSON, or the error that it tells.
Result<boost::json::value> read_admin_answer(int status, std::string_view body);

}  // namespace favorhook::cli
