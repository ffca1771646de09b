#include "sim/seed_on_crash.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FAVORHOOK_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define FAVORHOOK_ASAN 1
#endif
#ifdef FAVORHOOK_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

namespace favorhook::sim {
namespace {

constexpr std::array kSignals = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

std::array<char, 128> text;
std::size_t text_size = 0;
std::array<struct sigaction, kSignals.size()> before;

void tell() {
  static_cast<void>(!::write(STDERR_FILENO, text.data(), std::exchange(text_size, 0)));
}

// The signal comes again when this returns, and meets what was there before.
void tell_and_hand_back(int signal) {
  tell();
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
  if (signal == SIGABRT) ::raise(signal);
}

}  // namespace

SeedOnCrash::SeedOnCrash(std::uint64_t seed) {
  const auto end =
      fmt::format_to_n(text.data(), text.size(),
                       "seed {} crashed; again: tools/sim --seeds 1 --from {}\n", seed, seed);
  text_size = std::min(end.size, text.size());
  struct sigaction action{};
  action.sa_handler = tell_and_hand_back;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &action, &before[i]);
  }
#ifdef FAVORHOOK_ASAN
  __sanitizer_set_death_callback(tell);
#endif
}

SeedOnCrash::~SeedOnCrash() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
  text_size = 0;
}

}  // namespace favorhook::sim
