// favorhook's own CA, which the store keeps: its key is one of the sealed secrets, its certificate
// is also in ca.pem for clients.
//
//   Result<crypto::CertificateAuthority> ca = open_authority(store, data, clocks.wall());
//
// Made on the first opening. A directory of the first version has it in ca.key.pem: it is taken
// over, and then that file and the TLS listener's of that version are removed. Thread safety: as
// Store. Errors: what cannot be read or written.
#pragma once

#include "crypto/certificates.h"
#include "runtime/data_dir.h"
#include "store/store.h"

namespace favorhook::runtime {

// Written after the store has the authority.
inline constexpr std::string_view kCertificateFile = "ca.pem";

Result<crypto::CertificateAuthority> open_authority(store::Store& store, const DataDir& data,
                                                    WallTime now);

}  // namespace favorhook::runtime
