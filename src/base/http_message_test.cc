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

// Each length and place, since the bytes are looked at eight at a time.
TEST(HttpMessage, AControlCharacterEndsWhatIsVisible) {
  for (std::size_t length = 0; length < 40; ++length) {
    const std::string text(length, '\xff');
    EXPECT_EQ(visible_prefix(text), length);
    for (std::size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string changed = text;
        changed[at] = char(byte);
        changed.back() = at + 1 == length ? char(byte) : '\n';
        const bool control = byte < ' ' || byte == 0x7f;
        EXPECT_EQ(visible_prefix(changed), control ? at : at + 1 == length ? length : length - 1);
      }
    }
  }
}

TEST(HttpMessage, NoLineBreakFitsOnALine) {
  EXPECT_TRUE(fits_on_a_line(""));
  EXPECT_TRUE(fits_on_a_line("a\tb \x01 text behind which nothing comes\x7f"));
  for (const char c : {'\r', '\n', '\0'}) {
    EXPECT_FALSE(fits_on_a_line(std::string("behind a tab\t it is found: ") + c)) << int(c);
  }
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
