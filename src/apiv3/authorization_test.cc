#include "apiv3/authorization.h"

#include <gtest/gtest.h>

namespace favorhook::apiv3 {
namespace {

constexpr std::string_view kJavaOrder =
    R"(WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AF",)"
    R"(timestamp="1554208460",serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",signature="jnks+/==")";

void expect_refused(std::string_view value, ErrorId id) {
  const auto parsed = parse_authorization(value);
  ASSERT_FALSE(parsed) << value;
  EXPECT_EQ(parsed.error().id, id) << value;
}

TEST(Authorization, ReadsTheOrderOfJavaAndGo) {
  const auto parsed = parse_authorization(kJavaOrder);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->mchid, "1900000001");
  EXPECT_EQ(parsed->nonce_str, "593BEC0C930BF1AF");
  EXPECT_EQ(parsed->timestamp, "1554208460");
  EXPECT_EQ(parsed->unix_seconds, 1554208460);
  EXPECT_EQ(parsed->serial_no, "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB");
  EXPECT_EQ(parsed->signature, "jnks+/==");
}

TEST(Authorization, ReadsTheOrderOfPhpAndASerialInLowerCase) {
  const auto parsed = parse_authorization(
      R"(WECHATPAY2-SHA256-RSA2048 mchid="1900000001",serial_no="408b07e7",timestamp="0",)"
      R"(nonce_str="n",signature="s")");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->serial_no, "408B07E7");
  EXPECT_EQ(parsed->nonce_str, "n");
  EXPECT_EQ(parsed->unix_seconds, 0);
}

TEST(Authorization, WritesWhatItReads) {
  EXPECT_EQ(format_authorization(*parse_authorization(kJavaOrder)), kJavaOrder);
}

TEST(Authorization, RefusesUnknownSchemes) {
  for (const char* value :
       {"Bearer abc", "WECHATPAY2-SM2-WITH-SM3 mchid=\"1\"",
        "wechatpay2-sha256-rsa2048 mchid=\"1\"", "WECHATPAY-BRAND-SHA256-RSA2048 brand_id=\"1\""}) {
    expect_refused(value, ErrorId::authorization_scheme_unknown);
  }
}

TEST(Authorization, RefusesWhatIsMalformed) {
  const std::string good(kJavaOrder);
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  const std::string malformed[] = {
      "",
      " ",
      "Bearer",
      "WECHATPAY2-SHA256-RSA2048",
      "WECHATPAY2-SHA256-RSA2048 ",
      good + ",",
      good + " ",
      good + good,
      " " + good,
      replaced("2048 ", "2048  "),
      replaced(",nonce", ", nonce"),
      replaced(",nonce", ";nonce"),
      replaced("\",nonce", "\" ,nonce"),
      replaced("mchid=\"1900000001\"", "mchid=1900000001"),
      replaced("mchid=\"1900000001\"", "mchid='1900000001'"),
      replaced("mchid=\"1900000001\"", "mchid=\"\""),
      replaced("mchid=\"1900000001\"", "=\"\""),
      replaced("mchid=", "merchant="),
      replaced("mchid=\"1900000001\"", "mchid=\"1900000001\",mchid=\"1900000002\""),
      replaced("mchid=\"1900000001\"", "mchid=\"\",mchid=\"1900000001\""),
      replaced("1554208460", "1554208460 "),
      replaced("1554208460", "-1"),
      replaced("1554208460", "+1"),
      replaced("1554208460", "0x10"),
      replaced("1554208460", "1.5"),
      replaced("1554208460", ""),
      replaced("1554208460", "9999999999999999999"),
      good.substr(0, good.size() - 1),
      replaced(",signature=\"jnks+/==\"", ""),
  };
  for (const std::string& value : malformed) {
    expect_refused(value, ErrorId::authorization_malformed);
  }
}

}  // namespace
}  // namespace favorhook::apiv3
