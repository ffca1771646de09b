// Owners for OpenSSL's objects, for the .cc files of this folder only: nothing above crypto/
// includes it.
//
//   const X509Ptr certificate(X509_new());
//
// Thread safety: values. Errors: `must` turns a failure that only a bug or exhausted memory can
// cause into a CHECK; `clear_errors` empties the thread's queue after an expected failure, so that
// no later call of TLS reports it.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/limits.h"

namespace favorhook::crypto {

template <auto Free>
struct Freeing {
  void operator()(auto* object) const { Free(object); }
};
using BioPtr = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freeing<BN_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;
using MdPtr = std::unique_ptr<EVP_MD, Freeing<EVP_MD_free>>;
using MdContextPtr = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using CipherPtr = std::unique_ptr<EVP_CIPHER, Freeing<EVP_CIPHER_free>>;
using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, Freeing<EVP_CIPHER_CTX_free>>;
using X509Ptr = std::unique_ptr<X509, Freeing<X509_free>>;
using X509RequestPtr = std::unique_ptr<X509_REQ, Freeing<X509_REQ_free>>;

inline void must(int result) {
  CHECK(result == 1);
}
inline void clear_errors() {
  ERR_clear_error();
}

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// A reader over the text; null where it is longer than any PEM text that this project handles.
inline BioPtr read_bio(std::string_view text) {
  if (text.size() > limits::kPemBytesMax) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// For OpenSSL's readers of PEM, all of which would ask for the passphrase of an encrypted text on
// the terminal, a certificate's too, and so hang a server: encrypted texts are refused.
inline int refuse_passphrase(char*, int, int, void*) {
  return -1;
}

// The first certificate of a PEM text; null where there is none.
X509Ptr read_certificate(std::string_view pem);

inline bool add_name(X509_NAME* name, const char* field, std::string_view text) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes_of(text),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

inline BioPtr write_bio() {
  BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(bio);
  return bio;
}

inline std::string text_of(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

// SHA-256, fetched once: looking an algorithm up costs more than hashing a kilobyte with it.
const EVP_MD* sha256_algorithm();

}  // namespace favorhook::crypto
