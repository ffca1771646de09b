// TLS contexts: a server's identity, and a client's trust. TLS 1.2 or later, HTTP/1.1 alone.
//
//   Result<TlsContextPtr> tls = make_server_tls(chain_pem, key_pem);
//   HttpServer::listen(loops, {.tls = *tls}, handlers);
//
// Thread safety: a context may be shared by all loops once made. Errors: which of the PEM texts
// cannot be read or used, and OpenSSL's reason; never a key's text.
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
