#include "crypto/aead.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"

namespace favorhook::crypto {
namespace {

constexpr std::string_view kKey = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";
constexpr std::string_view kNonce = "uluk4a9R25RW";

TEST(Aead, SealsAsTheJavaSdkDoes) {
  EXPECT_EQ(*aead_seal(kKey, kNonce, "associatedData", "message"),
            "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=");
}

TEST(Aead, OpensWhatItSealed) {
  for (const std::string& plaintext : {std::string(), std::string("x"), std::string(500, 'p'),
                                       std::string("\0\xff", 2), std::string(1 << 20, 'q')}) {
    for (const std::string_view data : {"", "coupon"}) {
      const auto sealed = aead_seal(kKey, kNonce, data, plaintext);
      ASSERT_TRUE(sealed);
      EXPECT_EQ(aead_open(kKey, kNonce, data, *sealed).value(), plaintext);
    }
  }
}

TEST(Aead, CiphertextIsSixteenBytesLongerThanThePlaintext) {
  // The live notice of protocol §2.2: 324 bytes of JSON, 340 bytes of ciphertext.
  EXPECT_EQ(from_base64(*aead_seal(kKey, kNonce, "coupon", std::string(324, 'j')))->size(), 340u);
}

TEST(Aead, RefusesAnyChange) {
  const std::string sealed = *aead_seal(kKey, kNonce, "coupon", "{\"stock_id\":\"1\"}");
  EXPECT_TRUE(aead_open(kKey, kNonce, "coupon", sealed));
  EXPECT_FALSE(aead_open(kKey, kNonce, "", sealed));
  EXPECT_FALSE(aead_open(kKey, "uluk4a9R25RX", "coupon", sealed));
  EXPECT_FALSE(aead_open("b7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb", kNonce, "coupon", sealed));
  const std::string raw = *from_base64(sealed);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::string altered = raw;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(aead_open(kKey, kNonce, "coupon", base64(altered))) << i;
    EXPECT_FALSE(aead_open(kKey, kNonce, "coupon", base64(raw.substr(0, i)))) << i;
  }
}

TEST(Aead, RefusesWrongSizesWithoutNamingTheKey) {
  const auto short_key = aead_seal("secret-key", kNonce, "", "x");
  ASSERT_FALSE(short_key);
  EXPECT_EQ(short_key.error().what.find("secret-key"), std::string::npos);
  EXPECT_FALSE(aead_seal(kKey, "short", "", "x"));
  EXPECT_FALSE(aead_seal(kKey, "a nonce of 16 by", "", "x"));
  EXPECT_FALSE(aead_open(kKey, "", "", "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI="));
  EXPECT_FALSE(aead_open(kKey, kNonce, "", "no base64!"));
}

}  // namespace
}  // namespace favorhook::crypto
