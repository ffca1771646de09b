#include "crypto/keys.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/openssl.h"

namespace favorhook::crypto {
namespace {

KeyHandle own(EVP_PKEY* key) {
  CHECK(key != nullptr);
  return KeyHandle(key, EVP_PKEY_free);
}

bool is_supported(const EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "EC");
}

}  // namespace

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  const BioPtr bio = read_bio(pem);
  if (!bio) return fail("the public key is longer than {} bytes", limits::kPemBytesMax);
  EVP_PKEY* const key = PEM_read_bio_PUBKEY(bio.get(), nullptr, refuse_passphrase, nullptr);
  clear_errors();
  if (key == nullptr) return fail("no public key in PEM form (BEGIN PUBLIC KEY)");
  PublicKey result(own(key));
  if (!is_supported(key)) return fail("the public key is neither RSA nor EC");
  return result;
}

std::string PublicKey::to_pem() const {
  const BioPtr bio = write_bio();
  must(PEM_write_bio_PUBKEY(bio.get(), get()));
  return text_of(bio);
}

bool PublicKey::is_rsa() const {
  return EVP_PKEY_is_a(get(), "RSA") == 1;
}

int PublicKey::bits() const {
  return EVP_PKEY_get_bits(get());
}

PrivateKey PrivateKey::generate_rsa2048() {
  return PrivateKey(own(EVP_RSA_gen(2048)));
}

PrivateKey PrivateKey::generate_p256() {
  return PrivateKey(own(EVP_EC_gen("P-256")));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  const BioPtr bio = read_bio(pem);
  if (!bio) return fail("the private key is longer than {} bytes", limits::kPemBytesMax);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, nullptr);
  clear_errors();
  if (key == nullptr) return fail("no unencrypted private key in PEM form (BEGIN PRIVATE KEY)");
  PrivateKey result(own(key));
  if (!is_supported(key)) return fail("the private key is neither RSA nor EC");
  return result;
}

std::string PrivateKey::to_pem() const {
  const BioPtr bio = write_bio();
  must(PEM_write_bio_PKCS8PrivateKey(bio.get(), get(), nullptr, nullptr, 0, nullptr, nullptr));
  return text_of(bio);
}

PublicKey PrivateKey::public_key() const {
  // Through its encoding, so that the handle given away holds no private numbers.
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(get(), &der);
  CHECK(size > 0);
  const unsigned char* cursor = der;
  EVP_PKEY* const key = d2i_PUBKEY(nullptr, &cursor, size);
  OPENSSL_free(der);
  return PublicKey(own(key));
}

PrivateKey PrivateKey::duplicate() const {
  return PrivateKey(own(EVP_PKEY_dup(get())));
}

}  // namespace favorhook::crypto
