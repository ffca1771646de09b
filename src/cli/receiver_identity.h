// The TLS identity of a receiver on this machine, certified by favorhook's own CA.
//
//   Result<TlsIdentity> identity = issue_localhost_identity(admin);
//
// The key is made here and does not leave the process. Errors: what the operator's API said.
#pragma once

#include "base/result.h"
#include "cli/admin_client.h"
#include "cli/receiver.h"

namespace favorhook::cli {

// For localhost, 127.0.0.1 and ::1.
Result<TlsIdentity> issue_localhost_identity(AdminClient& admin);

}  // namespace favorhook::cli
