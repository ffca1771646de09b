#include "delivery/ladder.h"

#include <gtest/gtest.h>

#include <vector>

namespace favorhook::delivery {
namespace {

using namespace std::chrono_literals;

// The times of all attempts after the first one, which is at 0.
std::vector<Millis> times(Ladder ladder) {
  std::vector<Millis> at;
  Millis now{0};
  for (std::uint32_t counted = 1;; ++counted) {
    const auto delay = next_delay(ladder, counted);
    if (!delay) return at;
    at.push_back(now += *delay);
  }
}

// Whether "总计11次" counts the first attempt is not confirmed (protocol §2.4).
TEST(Ladder, DocumentedIsElevenAttemptsSixtySecondsApartUnconfirmedThatTheFirstCounts) {
  std::vector<Millis> expected;
  for (int minute = 1; minute <= 10; ++minute) expected.push_back(minute * 60s);
  EXPECT_EQ(times(Ladder::documented), expected);
}

TEST(Ladder, ExtendedGoesOnWithThePaymentLaddersLaterAttempts) {
  std::vector<Millis> expected = times(Ladder::documented);
  for (const Millis at : std::vector<Millis>{14min, 34min, 64min, 94min, 124min, 184min, 6h + 4min,
                                             9h + 4min, 12h + 4min, 18h + 4min, 24h + 4min}) {
    expected.push_back(at);
  }
  EXPECT_EQ(times(Ladder::extended), expected);
}

TEST(Ladder, NeverStartsAgainBeyondItsEnd) {
  for (const std::uint32_t counted : {11u, 12u, 1000u, 4'000'000'000u}) {
    EXPECT_EQ(next_delay(Ladder::documented, counted), std::nullopt);
  }
  EXPECT_EQ(next_delay(Ladder::extended, 22), std::nullopt);
  EXPECT_EQ(next_delay(Ladder::extended, 4'000'000'000u), std::nullopt);
}

TEST(Ladder, NamesAreReadBack) {
  for (const Ladder ladder : {Ladder::documented, Ladder::extended}) {
    EXPECT_EQ(from_text<Ladder>(to_text(ladder)), ladder);
  }
  EXPECT_EQ(from_text<Ladder>("Documented"), std::nullopt);
}

}  // namespace
}  // namespace favorhook::delivery
