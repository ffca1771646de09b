// Making a certificate request: what a merchant's side does before favorhook's CA is asked.
#include <openssl/pem.h>

#include "crypto/certificates.h"
#include "crypto/openssl.h"

namespace favorhook::crypto {
std::string make_certificate_request(std::string_view common_name, const PrivateKey& key) {
  const X509RequestPtr request(X509_REQ_new());
  CHECK(request);
  X509_NAME* const name = X509_REQ_get_subject_name(request.get());
  CHECK(add_name(name, "C", "CN"));
  CHECK(add_name(name, "CN", common_name));
  must(X509_REQ_set_pubkey(request.get(), key.get()));
  CHECK(X509_REQ_sign(request.get(), key.get(), sha256_algorithm()) > 0);
  const BioPtr out = write_bio();
  must(PEM_write_bio_X509_REQ(out.get(), request.get()));
  return text_of(out);
}

}  // namespace favorhook::crypto
