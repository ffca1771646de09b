#include "base/random.h"

#include <array>
#include <cstring>

#include "base/check.h"

namespace favorhook {

std::uint64_t Random::below(std::uint64_t bound) {
  CHECK(bound > 0);
  // Values at or above the largest multiple of bound would favour small results: draw again.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    std::array<std::uint8_t, 8> bytes;
    fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    if (value < limit) return value % bound;
  }
}

std::string Random::text(std::size_t length, std::string_view alphabet) {
  CHECK(alphabet.size() >= 2 && alphabet.size() <= 256);
  const std::size_t limit = 256 - 256 % alphabet.size();
  std::string out(length, '\0');
  std::array<std::uint8_t, 64> bytes;
  for (std::size_t made = 0; made < length;) {
    fill(bytes);
    for (std::size_t i = 0; i < bytes.size() && made < length; ++i) {
      if (bytes[i] < limit) out[made++] = alphabet[bytes[i] % alphabet.size()];
    }
  }
  return out;
}

}  // namespace favorhook
