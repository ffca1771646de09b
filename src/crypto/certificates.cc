#include "crypto/certificates.h"

#include <openssl/pem.h>

#include <ctime>
#include <optional>

#include "crypto/openssl.h"

namespace favorhook::crypto {
namespace {

constexpr int kRequestKeyBits = 2048;  // what WeChat Pay's own certificate tool makes

std::string common_name(const X509_NAME* name) {
  const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (index < 0) return {};
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
  if (size < 0) {
    clear_errors();
    return {};
  }
  std::string out(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out;
}

std::string hex_of(const ASN1_INTEGER* serial) {
  const BignumPtr number(ASN1_INTEGER_to_BN(serial, nullptr));
  CHECK(number);
  char* const hex = BN_bn2hex(number.get());
  CHECK(hex != nullptr);
  std::string out(hex);
  OPENSSL_free(hex);
  return out;
}

std::optional<WallTime> time_of(const ASN1_TIME* time) {
  std::tm fields = {};
  if (ASN1_TIME_to_tm(time, &fields) != 1) {
    clear_errors();
    return std::nullopt;
  }
  return from_unix_millis<WallTime>(std::int64_t{timegm(&fields)} * 1000);
}

// A public key of its own, independent of the object that it was read from.
Result<PublicKey> key_of(EVP_PKEY* key) {
  clear_errors();
  if (key == nullptr) return fail("its public key cannot be read");
  CHECK(EVP_PKEY_up_ref(key) == 1);
  return PublicKey(KeyHandle(key, EVP_PKEY_free));
}

}  // namespace

X509Ptr read_certificate(std::string_view pem) {
  const BioPtr bio = read_bio(pem);
  if (!bio) return nullptr;
  X509Ptr x509(PEM_read_bio_X509(bio.get(), nullptr, refuse_passphrase, nullptr));
  clear_errors();
  return x509;
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  const X509Ptr x509 = read_certificate(pem);
  if (!x509) {
    return fail("no certificate in PEM form (BEGIN CERTIFICATE) of at most {} bytes",
                limits::kPemBytesMax);
  }
  const auto key = key_of(X509_get0_pubkey(x509.get()));
  if (!key) return fail("the certificate is of no use: {}", key.error().what);
  const auto not_before = time_of(X509_get0_notBefore(x509.get()));
  const auto not_after = time_of(X509_get0_notAfter(x509.get()));
  if (!not_before || !not_after) return fail("the certificate's validity cannot be read");
  const BioPtr out = write_bio();
  must(PEM_write_bio_X509(out.get(), x509.get()));
  return Certificate{text_of(out),
                     hex_of(X509_get0_serialNumber(x509.get())),
                     common_name(X509_get_subject_name(x509.get())),
                     *not_before,
                     *not_after,
                     *key};
}

Result<CertificateRequest> CertificateRequest::from_pem(std::string_view pem) {
  const BioPtr bio = read_bio(pem);
  if (!bio) return fail("the request is longer than {} bytes", limits::kPemBytesMax);
  const X509RequestPtr request(
      PEM_read_bio_X509_REQ(bio.get(), nullptr, refuse_passphrase, nullptr));
  if (!request) {
    clear_errors();
    return fail("no certificate request in PEM form (BEGIN CERTIFICATE REQUEST)");
  }
  const auto key = key_of(X509_REQ_get0_pubkey(request.get()));
  if (!key) return fail("the request is of no use: {}", key.error().what);
  if (!key->is_rsa() || key->bits() != kRequestKeyBits) {
    return fail("the request's key is not RSA with {} bits", kRequestKeyBits);
  }
  if (X509_REQ_verify(request.get(), key->get()) != 1) {
    clear_errors();
    return fail("the request is not signed with its own key");
  }
  return CertificateRequest{common_name(X509_REQ_get_subject_name(request.get())), *key};
}

}  // namespace favorhook::crypto
