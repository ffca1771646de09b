#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string_view>

#include "base/check.h"
#include "net/tls_native.h"

namespace favorhook::net {
namespace {

// RFC 7301: one protocol, its length before it.
constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
using CertificatePtr = std::unique_ptr<X509, CertificateFree>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyFree>;

Bio over(const std::string& pem) {
  Bio bio(BIO_new_mem_buf(pem.data(), int(pem.size())));
  CHECK(bio != nullptr);
  return bio;
}

// An encrypted key is an error: OpenSSL would ask for its passphrase on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

// A client that offers protocols, and HTTP/1.1 is not among them, must not be answered in it (RFC
// 7301 §3.2).
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  unsigned char* match = nullptr;
  if (SSL_select_next_proto(&match, length, kHttp11, sizeof kHttp11, offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

TlsContextPtr make_context(const SSL_METHOD* method) {
  auto context = std::make_shared<TlsContext>();
  context->ssl.reset(SSL_CTX_new(method));
  CHECK(context->ssl != nullptr);
  SSL_CTX* const ssl = context->ssl.get();
  CHECK(SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1);
  SSL_CTX_set_options(ssl, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // Buffers of idle connections go back; one system call reads a whole record.
  SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(ssl, 1);
  return context;
}

// Reads every certificate of the PEM. The PEM reader leaves a "no start line" in the error queue at
// the end.
Result<std::vector<CertificatePtr>> read_certificates(const std::string& pem,
                                                      std::string_view what) {
  const Bio bio = over(pem);
  std::vector<CertificatePtr> all;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, &no_passphrase, nullptr)) {
    all.emplace_back(certificate);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = take_tls_error();
  if (all.empty()) return fail("{} holds no certificate in PEM form", what);
  if (!at_end) return fail("{} cannot be read: {}", what, reason);
  return all;
}

}  // namespace

std::string take_tls_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

Result<TlsContextPtr> make_server_tls(const std::string& chain_pem, const std::string& key_pem) {
  ERR_clear_error();
  auto chain = read_certificates(chain_pem, "the TLS certificate chain");
  if (!chain) return fail(std::move(chain.error()));
  const KeyPtr key(PEM_read_bio_PrivateKey(over(key_pem).get(), nullptr, &no_passphrase, nullptr));
  if (!key) return fail("the TLS key cannot be read: {}", take_tls_error());
  TlsContextPtr context = make_context(TLS_server_method());
  SSL_CTX* const ssl = context->ssl.get();
  if (SSL_CTX_use_certificate(ssl, chain->front().get()) != 1) {
    return fail("the TLS certificate cannot be used: {}", take_tls_error());
  }
  for (std::size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(ssl, (*chain)[i].get()) != 1) {
      return fail("certificate {} of the TLS chain cannot be used: {}", i + 1, take_tls_error());
    }
  }
  if (SSL_CTX_use_PrivateKey(ssl, key.get()) != 1) {
    return fail("the TLS key does not belong to the certificate: {}", take_tls_error());
  }
  SSL_CTX_set_alpn_select_cb(ssl, &choose_protocol, nullptr);
  SSL_CTX_set_num_tickets(ssl, 1);
  return context;
}

Result<TlsContextPtr> make_client_tls(const ClientTrust& trust) {
  ERR_clear_error();
  TlsContextPtr context = make_context(TLS_client_method());
  SSL_CTX* const ssl = context->ssl.get();
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  CHECK(SSL_CTX_set_alpn_protos(ssl, kHttp11, sizeof kHttp11) == 0);
  if (trust.system_authorities && SSL_CTX_set_default_verify_paths(ssl) != 1) {
    return fail("the system's certificate authorities cannot be read: {}", take_tls_error());
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(ssl);
  for (const std::string& pem : trust.authority_pems) {
    auto authorities = read_certificates(pem, "a trusted authority");
    if (!authorities) return fail(std::move(authorities.error()));
    for (const CertificatePtr& authority : *authorities) {
      if (X509_STORE_add_cert(store, authority.get()) != 1) {
        return fail("a trusted authority cannot be used: {}", take_tls_error());
      }
    }
  }
  return context;
}

}  // namespace favorhook::net
