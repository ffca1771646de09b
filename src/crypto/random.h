// The operating system's randomness through OpenSSL.
//
//   SystemRandom random;
//   std::string nonce = random.text(32, kAlphanumeric);
//
// Thread safety: any thread; each keeps a small stock, so a process that uses it does not fork and
// go on in both halves. Errors: a generator that gives nothing is a CHECK.
#pragma once

#include "base/random.h"

namespace favorhook::crypto {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace favorhook::crypto
