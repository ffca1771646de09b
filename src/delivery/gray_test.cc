// Gray release: the share of attempts that the public key signs (protocol §1.11). That the share is
// one of attempts is Unconfirmed; docs/adr/0009 says why it is here.
#include "delivery/gray.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "crypto/digest.h"

namespace favorhook::delivery {
namespace {

using coupon::SigningMode;

coupon::Merchant merchant_at(int percent, SigningMode mode = SigningMode::certificate) {
  coupon::Merchant merchant;
  merchant.mode = mode;
  merchant.gray_percent = percent;
  return merchant;
}

int by_public_key(const coupon::Merchant& merchant, const std::vector<std::string>& nonces) {
  return static_cast<int>(std::ranges::count_if(nonces, [&](const std::string& nonce) {
    return signing_mode(merchant, nonce) == SigningMode::public_key;
  }));
}

// In the form of attempts' nonces, for 1,000 events; the same ones in every run.
std::vector<std::string> thousand_nonces() {
  std::vector<std::string> nonces;
  for (int i = 0; i < 1000; ++i) {
    nonces.push_back(crypto::sha256_hex(std::to_string(i)).substr(0, 32));
  }
  return nonces;
}

TEST(GrayTest, UnconfirmedTheShareOfThousandEventsIsThePercentage) {
  const std::vector<std::string> nonces = thousand_nonces();
  for (const int percent : {1, 5, 10, 20, 50, 90, 99}) {
    const double share = percent / 100.0;
    const double bound = 5 * std::sqrt(1000 * share * (1 - share));
    EXPECT_NEAR(by_public_key(merchant_at(percent), nonces), 10 * percent, bound) << percent;
  }
}

// 0 and 100 are no draws.
TEST(GrayTest, NoneAndAllAreExact) {
  const std::vector<std::string> nonces = thousand_nonces();
  EXPECT_EQ(by_public_key(merchant_at(0), nonces), 0);
  EXPECT_EQ(by_public_key(merchant_at(100), nonces), 1000);
}

TEST(GrayTest, APublicKeyMerchantIsThroughWithIt) {
  const std::vector<std::string> nonces = thousand_nonces();
  for (const int percent : {0, 1, 100}) {
    EXPECT_EQ(by_public_key(merchant_at(percent, SigningMode::public_key), nonces), 1000);
  }
}

// What is in the ledger tells the key, now and after a restart; these are fixed for ever.
TEST(GrayTest, TheNonceAloneDecides) {
  const auto mode = [](int percent, std::string_view nonce) {
    return signing_mode(merchant_at(percent), nonce);
  };
  // The first four bytes of the digests modulo 100: 62 and 92.
  EXPECT_EQ(mode(62, "00000000000000000000000000000000"), SigningMode::certificate);
  EXPECT_EQ(mode(63, "00000000000000000000000000000000"), SigningMode::public_key);
  EXPECT_EQ(mode(92, "ffffffffffffffffffffffffffffffff"), SigningMode::certificate);
  EXPECT_EQ(mode(93, "ffffffffffffffffffffffffffffffff"), SigningMode::public_key);
}

// A larger percentage only adds: what was signed by the public key at 10 % is at 20 %.
TEST(GrayTest, AGrowingShareKeepsWhatItHad) {
  for (const std::string& nonce : thousand_nonces()) {
    bool before = false;
    for (const int percent : {1, 5, 10, 20, 50, 100}) {
      const bool now = signing_mode(merchant_at(percent), nonce) == SigningMode::public_key;
      EXPECT_TRUE(now || !before) << nonce << " " << percent;
      before = now;
    }
  }
}

}  // namespace
}  // namespace favorhook::delivery
