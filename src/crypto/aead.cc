#include "crypto/aead.h"

#include "crypto/digest.h"
#include "crypto/openssl.h"

namespace favorhook::crypto {
namespace {

constexpr std::size_t kTagBytes = 16;

// The cipher for a key of that size, fetched once; null where there is none.
const EVP_CIPHER* cipher_for(std::size_t key_bytes) {
  static const CipherPtr aes256(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  static const CipherPtr aes128(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr));
  CHECK(aes256 && aes128);
  if (key_bytes == 32) return aes256.get();
  return key_bytes == 16 ? aes128.get() : nullptr;
}

Result<const EVP_CIPHER*> check_sizes(std::string_view key, std::string_view nonce,
                                      std::string_view associated_data, std::string_view text) {
  const EVP_CIPHER* const cipher = cipher_for(key.size());
  if (cipher == nullptr) return fail("a key of {} bytes; AEAD_AES_256_GCM needs 32", key.size());
  if (nonce.size() != kAeadNonceBytes) {
    return fail("a nonce of {} bytes; AEAD_AES_256_GCM needs {}", nonce.size(), kAeadNonceBytes);
  }
  constexpr std::size_t kTextBytesMax = limits::kBase64BytesMax - kTagBytes;
  if (text.size() > kTextBytesMax || associated_data.size() > kTextBytesMax) {
    return fail("a text of more than {} bytes", kTextBytesMax);
  }
  return cipher;
}

}  // namespace

Result<std::string> aead_seal(std::string_view key, std::string_view nonce,
                              std::string_view associated_data, std::string_view plaintext) {
  const auto cipher = check_sizes(key, nonce, associated_data, plaintext);
  if (!cipher) return fail(cipher.error());
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  CHECK(context);
  must(EVP_EncryptInit_ex2(context.get(), *cipher, bytes_of(key), bytes_of(nonce), nullptr));
  int size = 0;
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(associated_data),
                         static_cast<int>(associated_data.size())));
  std::string sealed(plaintext.size() + kTagBytes, '\0');
  must(EVP_EncryptUpdate(context.get(), bytes_of(sealed), &size, bytes_of(plaintext),
                         static_cast<int>(plaintext.size())));
  unsigned char* const tag = bytes_of(sealed) + plaintext.size();
  must(EVP_EncryptFinal_ex(context.get(), tag, &size));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag));
  return base64(sealed);
}

Result<std::string> aead_open(std::string_view key, std::string_view nonce,
                              std::string_view associated_data, std::string_view sealed_base64) {
  const auto cipher = check_sizes(key, nonce, associated_data, sealed_base64);
  if (!cipher) return fail(cipher.error());
  auto sealed = from_base64(sealed_base64);
  if (!sealed) return fail("the ciphertext is not base64");
  if (sealed->size() < kTagBytes) return fail("the ciphertext is shorter than its tag");
  const std::size_t length = sealed->size() - kTagBytes;
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  CHECK(context);
  must(EVP_DecryptInit_ex2(context.get(), *cipher, bytes_of(key), bytes_of(nonce), nullptr));
  int size = 0;
  must(EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(associated_data),
                         static_cast<int>(associated_data.size())));
  std::string plaintext(length, '\0');
  must(EVP_DecryptUpdate(context.get(), bytes_of(plaintext), &size, bytes_of(*sealed),
                         static_cast<int>(length)));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                           bytes_of(*sealed) + length));
  unsigned char rest[kTagBytes];
  if (EVP_DecryptFinal_ex(context.get(), rest, &size) != 1) {
    clear_errors();
    return fail("the tag does not match: another key, nonce or associated data, or altered text");
  }
  return plaintext;
}

}  // namespace favorhook::crypto
