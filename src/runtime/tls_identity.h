// The TLS identity of the API's listener: the operator's files, or a certificate of favorhook's own
// CA, made on the first start, kept among the store's secrets, and made anew before it ends.
//
//   Result<TlsIdentity> identity = tls_identity(config, store, authority, clocks.wall());
//
// Thread safety: as Store, since it may write. Errors: the file; what the store says.
#pragma once

#include <string>

#include "runtime/config.h"
#include "store/store.h"

namespace favorhook::runtime {

struct TlsIdentity {
  std::string chain_pem;  // leaf first
  std::string key_pem;
};

Result<TlsIdentity> tls_identity(const Config& config, store::Store& store,
                                 const crypto::CertificateAuthority& authority, WallTime now);

}  // namespace favorhook::runtime
