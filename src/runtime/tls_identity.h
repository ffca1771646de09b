// The TLS identity of the API's listener: the operator's files, or a certificate of favorhook's own
// CA, made on the first start and made anew before it ends.
//
//   Result<TlsIdentity> identity = tls_identity(config, data_dir, clocks.wall());
//
// Thread safety: one process at a time, since it may write tls.pem and tls.key.pem. Errors: the
// file.
#pragma once

#include <string>

#include "runtime/config.h"
#include "runtime/data_dir.h"

namespace favorhook::runtime {

struct TlsIdentity {
  std::string chain_pem;  // leaf first
  std::string key_pem;
};

Result<TlsIdentity> tls_identity(const Config& config, const DataDir& data, WallTime now);

}  // namespace favorhook::runtime
