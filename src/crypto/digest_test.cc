#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace favorhook::crypto {
namespace {

TEST(Digest, Sha256OfFips180Sample) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").substr(0, 2), "\xba\x78");
}

TEST(Base64, EncodesTheSamplesOfRfc4648AndReadsThemBack) {
  const std::pair<const char*, const char*> samples[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : samples) {
    EXPECT_EQ(base64(plain), encoded);
    EXPECT_EQ(from_base64(encoded), plain);
  }
}

TEST(Base64, ReadsBackAllBytesAtEveryLength) {
  SystemRandom random;
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), size});
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
  }
}

TEST(Base64, RefusesEverythingThatIsNotTheOneEncoding) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "====", "=g==", "Z=g=", "Zg==Zg==", " Zg==", "Zg== ", "Zg==\n",
        "Zg\n==", "Zm9-", "Zm9_", "Zh==", "Zm9=", "Zm\xff="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(Base64, RefusesASignatureProbe) {
  // WECHATPAY/SIGNTEST/ (19 characters of the alphabet) before 344 characters (protocol §1.15).
  const std::string signature = base64(std::string(256, 'x'));
  ASSERT_EQ(signature.size(), 344u);
  EXPECT_FALSE(from_base64("WECHATPAY/SIGNTEST/" + signature));
}

TEST(EqualConstantTime, ComparesWholeTexts) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("token", "token"));
  EXPECT_FALSE(equal_constant_time("token", "tokem"));
  EXPECT_FALSE(equal_constant_time("token", "token1"));
  EXPECT_FALSE(equal_constant_time("token", ""));
}

TEST(SystemRandom, GivesOtherBytesEachTime) {
  SystemRandom random;
  EXPECT_NE(random.text(32, kAlphanumeric), random.text(32, kAlphanumeric));
}

}  // namespace
}  // namespace favorhook::crypto
