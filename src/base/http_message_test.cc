#include "base/http_message.h"

#include <gtest/gtest.h>

namespace favorhook {
namespace {

TEST(HttpMessage, HeaderNamesCompareWithoutCase) {
  const Headers headers = {{"Wechatpay-Nonce", "first"}, {"X", ""}, {"WECHATPAY-NONCE", "second"}};
  EXPECT_EQ(find_header(headers, "wechatpay-nonce"), "first");
  EXPECT_EQ(find_header(headers, "x"), "");
  EXPECT_EQ(find_header(headers, "Wechatpay-Nonc"), std::nullopt);
  EXPECT_EQ(count_headers(headers, "Wechatpay-nonce"), 2u);
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("[", "{")) << "only letters have a case";
}

TEST(HttpMessage, ATargetIsItsPathAndItsQuery) {
  EXPECT_EQ(target_path("/v3/a?b=1?c"), "/v3/a");
  EXPECT_EQ(target_query("/v3/a?b=1?c"), "b=1?c");
  EXPECT_EQ(target_path("/v3/a"), "/v3/a");
  EXPECT_EQ(target_query("/v3/a"), "");
  EXPECT_EQ(target_query("/v3/a?"), "");
}

TEST(PercentDecode, TakesWholeEscapesOnly) {
  EXPECT_EQ(percent_decode("%E5%88%b8+%2B"), "\xe5\x88\xb8++");
  EXPECT_EQ(percent_decode("a+b", /*plus_is_space=*/true), "a b");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  for (const char* text : {"%", "%4", "a%", "%4g", "%g4", "%%41"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace favorhook
