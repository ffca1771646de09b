#include "crypto/vault.h"

#include <gmock/gmock.h>

#include "crypto/digest.h"

namespace favorhook::crypto {
namespace {

using testing::HasSubstr;
using testing::Not;

// Bytes 0 to 31, and what Node.js's hkdfSync and createCipheriv make of them: whatever reads a
// store in years to come must agree.
constexpr std::string_view kKeyText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr std::string_view kKeyHex =
    "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";
constexpr std::string_view kKeyId = "f5264719c096f3b2";
constexpr std::string_view kSealed =
    "v1:f5264719c096f3b2:MDEyMzQ1Njc4OWFidS8Xbh4atzXMBa9STcmTvFQskuUIlCzL";

Vault known_vault() {
  return Vault(*MasterKey::from_text(kKeyText));
}

TEST(MasterKey, IsReadFromHexAndBase64AsFilesHoldIt) {
  EXPECT_EQ(MasterKey::from_text(kKeyHex)->to_text(), kKeyText);
  EXPECT_EQ(MasterKey::from_text(std::string(kKeyText) + "\r\n")->to_text(), kKeyText);
  EXPECT_EQ(MasterKey::from_text(kKeyText)->id(), kKeyId);
}

TEST(MasterKey, IsRefusedWithoutRepeatingIt) {
  const std::string hex(kKeyHex);
  for (const std::string& text :
       {std::string(), std::string("password"), hex.substr(2), hex + "00", "g" + hex.substr(1),
        " " + hex.substr(1), base64(std::string(31, 'x')), base64(std::string(33, 'x')),
        " " + std::string(kKeyText)}) {
    const auto key = MasterKey::from_text(text);
    ASSERT_FALSE(key) << text;
    EXPECT_THAT(key.error().what, HasSubstr("64 hexadecimal digits"));
    if (!text.empty()) {
      EXPECT_THAT(key.error().what, Not(HasSubstr(text)));
    }
  }
}

TEST(MasterKey, IsAnotherEachTime) {
  const MasterKey key = MasterKey::generate();
  EXPECT_NE(key.to_text(), MasterKey::generate().to_text());
  EXPECT_EQ(MasterKey::from_text(key.to_text())->id(), key.id());
  EXPECT_EQ(key.id().size(), 16u);
}

TEST(Vault, OpensWhatAnotherImplementationSealed) {
  EXPECT_EQ(*known_vault().open("a place", kSealed), "a secret");
}

TEST(Vault, OpensWhatItSealed) {
  const Vault vault(MasterKey::generate());
  for (const std::string& secret :
       {std::string(), std::string("k"), std::string(2000, 'x'), std::string("\0\n", 2)}) {
    const std::string sealed = vault.seal("p", secret);
    EXPECT_THAT(sealed, testing::StartsWith("v1:" + vault.key_id() + ":"));
    EXPECT_EQ(*vault.open("p", sealed), secret);
  }
  EXPECT_NE(vault.seal("p", "same"), vault.seal("p", "same"));
}

TEST(Vault, ASealedTextOpensInItsPlaceOnly) {
  const Vault vault(MasterKey::generate());
  const std::string sealed = vault.seal("apiv3_keys/1900000001/1", "secret");
  EXPECT_THAT(vault.open("apiv3_keys/1900000002/1", sealed).error().what,
              HasSubstr("apiv3_keys/1900000002/1 was altered, or sealed for another place"));
}

TEST(Vault, NamesTheKeyThatIsNeeded) {
  const Vault vault(MasterKey::generate());
  const auto opened = vault.open("a place", kSealed);
  EXPECT_THAT(opened.error().what, HasSubstr(std::string(kKeyId)));
  EXPECT_THAT(opened.error().what, HasSubstr(vault.key_id()));
}

TEST(Vault, WhatWasAlteredDoesNotOpen) {
  const Vault vault = known_vault();
  const std::string sealed(kSealed);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(vault.open("a place", altered)) << i;
    EXPECT_FALSE(vault.open("a place", sealed.substr(0, i))) << i;
  }
  EXPECT_FALSE(vault.open("a place", ""));
  EXPECT_FALSE(vault.open("a place", "-----BEGIN PRIVATE KEY-----"));
}

TEST(Wipe, LeavesNothing) {
  std::string text = "a secret that is longer than a small string";
  const std::string_view where = text;
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string(where.data(), where.size()), std::string(where.size(), '\0'));
}

}  // namespace
}  // namespace favorhook::crypto
