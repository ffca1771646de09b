// The randomness of a simulation: xoshiro256** seeded through splitmix64, in integers only, so that
// a seed means the same on every compiler and library.
//
//   SimRandom random(seed);
//   if (random.one_in(20)) …
//   Millis delay = random.between(Millis(1), Millis(50));
//
// One thread.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/clocks.h"
#include "base/random.h"

namespace favorhook::sim {

class SimRandom final : public Random {
 public:
  explicit SimRandom(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  void fill(std::span<std::uint8_t> bytes) override {
    std::uint64_t word = 0;
    int left = 0;
    for (std::uint8_t& byte : bytes) {
      if (left == 0) {
        word = next();
        left = 8;
      }
      byte = static_cast<std::uint8_t>(word);
      word >>= 8;
      --left;
    }
  }

  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // Both ends included.
  Millis between(Millis low, Millis high) {
    return low + Millis(below(static_cast<std::uint64_t>((high - low).count()) + 1));
  }

 private:
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  std::array<std::uint64_t, 4> state_;
};

}  // namespace favorhook::sim
