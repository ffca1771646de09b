// While it lives, a crash of the process tells the seed and how to run it again: a CHECK, a signal,
// a sanitizer's report.
//
//   const SeedOnCrash guard(seed);
//
// One at a time, one thread.
#pragma once

#include <cstdint>

namespace favorhook::sim {

class SeedOnCrash {
 public:
  explicit SeedOnCrash(std::uint64_t seed);
  ~SeedOnCrash();
  SeedOnCrash(const SeedOnCrash&) = delete;
  SeedOnCrash& operator=(const SeedOnCrash&) = delete;
};

}  // namespace favorhook::sim
