// Private to net/: what a TLS context is made of, and OpenSSL's reasons in words.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "net/tls.h"

namespace favorhook::net {

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

struct TlsContext {
  std::unique_ptr<SSL_CTX, SslContextFree> ssl;
};

// The newest reason in this thread's error queue, which is emptied; "no reason given" where it is
// empty.
std::string take_tls_error();

}  // namespace favorhook::net
