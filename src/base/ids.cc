#include "base/ids.h"

#include <array>

namespace favorhook {

namespace {

constexpr std::string_view kUpperHex = "0123456789ABCDEF";

void append_hex(std::string& text, std::uint64_t value, unsigned digits,
                std::string_view alphabet) {
  for (unsigned left = digits; left > 0; --left) text += alphabet[value >> (4 * (left - 1)) & 0xf];
}

}  // namespace

std::string uuid_v7(BusinessTime now, Random& random) {
  std::array<std::uint8_t, 10> tail;
  random.fill(tail);
  const std::uint64_t millis = std::uint64_t(unix_millis(now)) & 0xffff'ffff'ffff;
  const unsigned version_and_a = 0x7000u | ((tail[0] & 0x0fu) << 8) | tail[1];
  const unsigned variant_and_b = 0x8000u | ((tail[2] & 0x3fu) << 8) | tail[3];
  std::string text;
  text.reserve(36);
  append_hex(text, millis >> 16, 8, kLowerHex);
  append_hex(text += '-', millis & 0xffff, 4, kLowerHex);
  append_hex(text += '-', version_and_a, 4, kLowerHex);
  append_hex(text += '-', variant_and_b, 4, kLowerHex);
  text += '-';
  for (const std::uint8_t byte : std::span(tail).subspan(4)) append_hex(text, byte, 2, kLowerHex);
  return text;
}

std::string request_id(WallTime now, Random& random, std::string_view error_number) {
  std::string text = "08";
  text.reserve(64);
  append_hex(text, std::uint64_t(unix_millis(now)), 11, kUpperHex);
  text.append(random.text(26, kUpperHex)).append("-").append(error_number);
  return text;
}

std::string wechatpay_nonce(Random& random) {
  return random.text(32, kLowerHex);
}

}  // namespace favorhook
