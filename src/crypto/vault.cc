#include "crypto/vault.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/random.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "crypto/openssl.h"
#include "crypto/random.h"

namespace favorhook::crypto {
namespace {

constexpr std::string_view kForm = "v1:";
constexpr std::string_view kDataKeyPurpose = "favorhook data key v1";
constexpr std::string_view kKeyIdPurpose = "favorhook master key id v1";
constexpr std::size_t kIdBytes = 8;
// 12 bytes are 16 digits without padding, so the nonce's base64 and the rest's are one base64 text.
constexpr std::size_t kNonceDigits = 16;
static_assert(kAeadNonceBytes % 3 == 0 && kAeadNonceBytes / 3 * 4 == kNonceDigits);

using KdfPtr = std::unique_ptr<EVP_KDF, Freeing<EVP_KDF_free>>;
using KdfContextPtr = std::unique_ptr<EVP_KDF_CTX, Freeing<EVP_KDF_CTX_free>>;

void derive(std::span<const unsigned char> key, std::string_view purpose,
            std::span<unsigned char> out) {
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  CHECK(kdf);
  const KdfContextPtr context(EVP_KDF_CTX_new(kdf.get()));
  CHECK(context);
  // OSSL_PARAM has no const; nothing is written through these.
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<unsigned char*>(key.data()),
                                        key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(purpose.data()),
                                        purpose.size()),
      OSSL_PARAM_construct_end()};
  must(EVP_KDF_derive(context.get(), out.data(), out.size(), parameters));
}

std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<std::string> from_hex(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint8_t byte = 0;
    const char* const first = digits.data() + 2 * i;
    if (std::from_chars(first, first + 2, byte, 16).ptr != first + 2) return std::nullopt;
    bytes[i] = static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

void wipe(std::span<char> bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

void wipe(std::string& text) {
  wipe(std::span(text));
  text.clear();
}

MasterKey MasterKey::generate() {
  MasterKey key;
  SystemRandom().fill(key.bytes_);
  return key;
}

Result<MasterKey> MasterKey::from_text(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.back())) text.remove_suffix(1);
  auto bytes = text.size() == 2 * kBytes ? from_hex(text) : from_base64(text);
  if (!bytes || bytes->size() != kBytes) {
    if (bytes) wipe(*bytes);
    return fail("a master key is {} bytes, as 64 hexadecimal digits or in base64", kBytes);
  }
  MasterKey key;
  std::ranges::copy(*bytes, key.bytes_.begin());
  wipe(*bytes);
  return key;
}

MasterKey::~MasterKey() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

std::string MasterKey::to_text() const {
  return base64(text_of(bytes_));
}

std::string MasterKey::id() const {
  std::array<unsigned char, kIdBytes> id;
  derive(bytes_, kKeyIdPurpose, id);
  std::string digits;
  for (const unsigned char byte : id) digits += fmt::format("{:02x}", byte);
  return digits;
}

Vault::Vault(const MasterKey& key) : key_id_(key.id()) {
  derive(key.bytes_, kDataKeyPurpose, data_key_);
}

Vault::~Vault() {
  OPENSSL_cleanse(data_key_.data(), data_key_.size());
}

std::string Vault::seal(std::string_view place, std::string_view secret) const {
  std::array<unsigned char, kAeadNonceBytes> nonce;
  SystemRandom().fill(nonce);
  const auto sealed = aead_seal(text_of(data_key_), text_of(nonce), place, secret);
  CHECK(sealed);
  return fmt::format("{}{}:{}{}", kForm, key_id_, base64(text_of(nonce)), *sealed);
}

Result<std::string> Vault::open(std::string_view place, std::string_view sealed) const {
  const std::size_t colon = sealed.find(':', kForm.size());
  if (!sealed.starts_with(kForm) || colon == std::string_view::npos) {
    return fail("{} holds no sealed secret", place);
  }
  const std::string_view id = sealed.substr(kForm.size(), colon - kForm.size());
  if (id != key_id_) {
    return fail("{} is sealed with the master key {}, and the one given is {}", place, id, key_id_);
  }
  const std::string_view digits = sealed.substr(colon + 1);
  const auto nonce = from_base64(digits.substr(0, kNonceDigits));
  if (!nonce || nonce->size() != kAeadNonceBytes) return fail("{} holds no sealed secret", place);
  auto opened = aead_open(text_of(data_key_), *nonce, place, digits.substr(kNonceDigits));
  if (!opened) return fail("{} was altered, or sealed for another place", place);
  return opened;
}

}  // namespace favorhook::crypto
