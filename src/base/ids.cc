#include "base/ids.h"

#include <fmt/format.h>

#include <array>

namespace favorhook {

std::string uuid_v7(BusinessTime now, Random& random) {
  std::array<std::uint8_t, 10> tail;
  random.fill(tail);
  const std::uint64_t millis = std::uint64_t(unix_millis(now)) & 0xffff'ffff'ffff;
  const unsigned version_and_a = 0x7000u | ((tail[0] & 0x0fu) << 8) | tail[1];
  const unsigned variant_and_b = 0x8000u | ((tail[2] & 0x3fu) << 8) | tail[3];
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}",
                     millis >> 16, millis & 0xffff, version_and_a, variant_and_b, tail[4], tail[5],
                     tail[6], tail[7], tail[8], tail[9]);
}

std::string request_id(WallTime now, Random& random, std::string_view error_number) {
  return fmt::format("08{:011X}{}-{}", unix_millis(now), random.text(26, "0123456789ABCDEF"),
                     error_number);
}

std::string wechatpay_nonce(Random& random) {
  return random.text(32, kLowerHex);
}

}  // namespace favorhook
