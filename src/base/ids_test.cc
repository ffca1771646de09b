#include "base/ids.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

namespace favorhook {
namespace {

using testing::MatchesRegex;
using testing::StartsWith;

// Counts up, so that every byte that is used can be told from the others.
class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

TEST(Ids, AUuidHasItsTimeVersionAndVariant) {
  CountingRandom random;
  const auto at = from_unix_millis<BusinessTime>(0x0123'4567'89ab);
  EXPECT_EQ(uuid_v7(at, random), "01234567-89ab-7001-8203-040506070809");
  // Only the lowest 48 bits of the time have a place.
  EXPECT_THAT(uuid_v7(from_unix_millis<BusinessTime>(-1), random), StartsWith("ffffffff-ffff-7"));
}

TEST(Ids, LaterUuidsSortLater) {
  CountingRandom random;
  std::string before;
  for (const std::int64_t millis : {0LL, 1LL, 0xffffLL, 0x10000LL, 1'790'000'000'000LL}) {
    const std::string id = uuid_v7(from_unix_millis<BusinessTime>(millis), random);
    EXPECT_LT(before, id);
    before = id;
  }
}

TEST(Ids, ARequestIdEndsWithTheErrorsNumber) {
  CountingRandom random;
  const auto now = from_unix_millis<WallTime>(0x1a0b'2c3d'4e5);
  EXPECT_THAT(request_id(now, random), MatchesRegex("081A0B2C3D4E5[0-9A-F]{26}-0"));
  EXPECT_THAT(request_id(now, random, "268435456"), MatchesRegex("08[0-9A-F]{37}-268435456"));
}

TEST(Ids, ANonceIs32LowerCaseDigits) {
  CountingRandom random;
  EXPECT_THAT(wechatpay_nonce(random), MatchesRegex("[0-9a-f]{32}"));
}

TEST(RandomText, DrawsEachCharacterEquallyOften) {
  CountingRandom random;  // 256 bytes give each byte once
  std::map<char, int> drawn;
  for (const char c : random.text(250 * 8, kDigits)) ++drawn[c];
  EXPECT_EQ(drawn.size(), 10u);
  EXPECT_TRUE(std::ranges::all_of(drawn, [](const auto& each) { return each.second == 200; }));
  EXPECT_EQ(random.text(0, kDigits), "");
}

TEST(RandomBelow, StaysBelow) {
  CountingRandom random;
  for (const std::uint64_t bound : {1ULL, 2ULL, 10ULL, 1ULL << 63, ~0ULL}) {
    for (int i = 0; i < 100; ++i) EXPECT_LT(random.below(bound), bound);
  }
}

}  // namespace
}  // namespace favorhook
