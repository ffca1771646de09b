// Randomness as a port: crypto::SystemRandom in a process, a seeded generator in simulation.
//
// Thread safety: an implementation must allow calls from any thread, or be given to one thread only
// (simulation).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace favorhook {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  // Uniform in [0, bound); bound > 0. Same sequence on every compiler.
  std::uint64_t below(std::uint64_t bound);
  // `length` characters drawn uniformly from `alphabet` (2 to 256 characters).
  std::string text(std::size_t length, std::string_view alphabet);
};

inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kLowerHex = "0123456789abcdef";
inline constexpr std::string_view kAlphanumeric =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace favorhook
