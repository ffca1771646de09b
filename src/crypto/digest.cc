#include "crypto/digest.h"

#include <openssl/crypto.h>

#include <array>
#include <cstdint>

#include "base/random.h"
#include "crypto/openssl.h"

namespace favorhook::crypto {
namespace {

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kBase64Values = [] {
  std::array<std::uint8_t, 256> values;
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < kBase64Alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kBase64Alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

std::uint32_t base64_value(char c) {
  return kBase64Values[static_cast<std::uint8_t>(c)];
}

}  // namespace

const EVP_MD* sha256_algorithm() {
  static const MdPtr algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  CHECK(algorithm);
  return algorithm.get();
}

std::string sha256(std::string_view text) {
  std::string out(32, '\0');
  unsigned int size = 0;
  must(EVP_Digest(text.data(), text.size(), bytes_of(out), &size, sha256_algorithm(), nullptr));
  CHECK(size == out.size());
  return out;
}

std::string sha256_hex(std::string_view text) {
  std::string out;
  out.reserve(64);
  for (const char c : sha256(text)) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += kLowerHex[byte >> 4];
    out += kLowerHex[byte & 0xf];
  }
  return out;
}

std::string base64(std::string_view bytes) {
  CHECK(bytes.size() <= limits::kBase64BytesMax);
  // EVP_EncodeBlock ends its output with a NUL that is no part of the text.
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(bytes_of(out), bytes_of(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// Not EVP_DecodeBlock: it skips white space at the ends and does not say how much was padding.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.empty()) return std::string();
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string out;
  out.resize(text.size() / 4 * 3);
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::uint32_t a = base64_value(text[i]);
    const std::uint32_t b = base64_value(text[i + 1]);
    const std::uint32_t c = last && padding == 2 ? 0 : base64_value(text[i + 2]);
    const std::uint32_t d = last && padding >= 1 ? 0 : base64_value(text[i + 3]);
    if ((a | b | c | d) > 63) return std::nullopt;
    const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    // Spare bits must be zero: each byte string has exactly one encoding.
    if (last && padding > 0 && (bits & ((1u << (8 * padding)) - 1)) != 0) return std::nullopt;
    out[at++] = static_cast<char>(bits >> 16);
    out[at++] = static_cast<char>(bits >> 8 & 0xff);
    out[at++] = static_cast<char>(bits & 0xff);
  }
  out.resize(at - padding);
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace favorhook::crypto
