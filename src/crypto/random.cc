#include "crypto/random.h"

#include <openssl/rand.h>

#include "crypto/openssl.h"

namespace favorhook::crypto {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  must(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())));
}

}  // namespace favorhook::crypto
