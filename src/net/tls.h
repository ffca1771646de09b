// TLS contexts: a server's identity, and a client's trust. TLS 1.2 or later.
//
// Thread safety: a context may be shared by all loops once made. Errors: a file or PEM that cannot
// be read, with its name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace favorhook::net {

struct TlsContext;  // an SSL_CTX, known inside net/ only
using TlsContextPtr = std::shared_ptr<TlsContext>;

// The chain, leaf first, and its key.
Result<TlsContextPtr> make_server_tls(const std::string& chain_pem, const std::string& key_pem);

struct ClientTrust {
  bool system_authorities = true;
  std::vector<std::string> authority_pems{};  // trusted beside them: in a sandbox favorhook's CA
};
Result<TlsContextPtr> make_client_tls(const ClientTrust& trust);

}  // namespace favorhook::net
