#include "crypto/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "crypto/openssl.h"

namespace favorhook::crypto {
namespace {

// A call of OpenSSL's generator costs about 1 µs however few bytes it gives, and a request or a
// notification asks three or four times for at most 64.
constexpr std::size_t kStockBytes = 1024;
constexpr std::size_t kLargestFromStock = 64;

void generate(std::span<std::uint8_t> bytes) {
  must(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())));
}

// Each byte is given out once and wiped then.
class Stock {
 public:
  void give(std::span<std::uint8_t> bytes) {
    if (bytes_.size() - next_ < bytes.size()) {
      generate(bytes_);
      next_ = 0;
    }
    const auto given = std::span(bytes_).subspan(next_, bytes.size());
    std::ranges::copy(given, bytes.begin());
    OPENSSL_cleanse(given.data(), given.size());
    next_ += given.size();
  }

 private:
  std::array<std::uint8_t, kStockBytes> bytes_{};
  std::size_t next_ = kStockBytes;
};

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  thread_local Stock stock;
  if (bytes.size() > kLargestFromStock) return generate(bytes);
  stock.give(bytes);
}

}  // namespace favorhook::crypto
