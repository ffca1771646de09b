#include "delivery/ladder.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/check.h"

namespace favorhook::delivery {
namespace {

using namespace std::chrono_literals;

// COUPON.SEND: every 60 s, 11 times in total (protocol §2.4).
constexpr std::uint32_t kDocumentedAttempts = 11;
constexpr Millis kDocumentedStep = 60s;
constexpr Millis kDocumentedEnd = kDocumentedStep * (kDocumentedAttempts - 1);

// Payment and refund notices: 15 attempts, the last one 24 h 4 min after the event (protocol §2.4).
constexpr std::array<Millis, 15> kPaymentSteps = {15s,   15s, 30s, 3min, 10min, 20min, 30min, 30min,
                                                  30min, 1h,  3h,  3h,   3h,    6h,    6h};

// The attempts of the payment ladder that come after the documented ladder has ended, as delays
// from one to the next.
constexpr auto extension() {
  std::array<Millis, kPaymentSteps.size()> delays{};
  std::size_t size = 0;
  Millis at{0};
  Millis last = kDocumentedEnd;
  for (const Millis step : kPaymentSteps) {
    at += step;
    if (at <= last) continue;
    delays[size++] = at - last;
    last = at;
  }
  return std::pair(delays, size);
}
constexpr auto kExtension = extension();

}  // namespace

std::optional<Millis> next_delay(Ladder ladder, std::uint32_t counted) {
  CHECK(counted >= 1);
  if (counted < kDocumentedAttempts) return kDocumentedStep;
  if (ladder == Ladder::documented) return std::nullopt;
  const auto& [delays, size] = kExtension;
  const std::size_t step = counted - kDocumentedAttempts;
  return step < size ? std::optional(delays[step]) : std::nullopt;
}

}  // namespace favorhook::delivery
