// AES-GCM as AEAD_AES_256_GCM uses it: a 12-byte nonce given as text, a 16-byte tag behind the
// ciphertext, all in base64 (protocol §2.2). Keys of 16 bytes (AES-128, in test data of SDKs) work
// too.
//
//   std::string sealed = *aead_seal(key, nonce, "coupon", plaintext);
//   Result<std::string> opened = aead_open(key, nonce, "coupon", sealed);
//
// Thread safety: any thread. Errors: a wrong key size or nonce size, text that is no base64, a tag
// that does not match; the reason never tells more than which of these.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace favorhook::crypto {

// Characters of the nonce: 96 bits, as GCM is made for (protocol §2.2).
inline constexpr std::size_t kAeadNonceBytes = 12;

Result<std::string> aead_seal(std::string_view key, std::string_view nonce,
                              std::string_view associated_data, std::string_view plaintext);
Result<std::string> aead_open(std::string_view key, std::string_view nonce,
                              std::string_view associated_data, std::string_view sealed_base64);

}  // namespace favorhook::crypto
