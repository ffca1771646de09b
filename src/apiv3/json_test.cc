#include "apiv3/json.h"

#include <gtest/gtest.h>

#include "apiv3/utf8.h"
#include "base/limits.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;

void expect_not_json(std::string_view text) {
  const auto parsed = parse_object(text);
  ASSERT_FALSE(parsed) << text;
  EXPECT_EQ(parsed.error().id, ErrorId::body_not_json) << text;
}

std::string duplicate_in(std::string_view text) {
  const auto parsed = parse_object(text);
  if (parsed || parsed.error().detail.empty()) return "";
  return error_body(parsed.error(), Wire::documented);
}

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += R"({"a":)";
  text += "1";
  text.append(depth, '}');
  return text;
}

TEST(ParseObject, ReadsEveryType) {
  const auto parsed = parse_object(
      " {\"text\" : \"\\u5546\\/户\", "
      "\"int\":-5,\"real\":1.5,\"yes\":true,\"no\":null,\"list\":[{\"a\":[]},{\"a\":1}]}\r\n\t");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at("text").as_string(), "商/户");
  EXPECT_EQ(parsed->at("int").as_int64(), -5);
  EXPECT_EQ(parsed->at("real").as_double(), 1.5);
  EXPECT_TRUE(parsed->at("yes").as_bool());
  EXPECT_TRUE(parsed->at("no").is_null());
  EXPECT_EQ(parsed->at("list").as_array().at(1).as_object().at("a").as_int64(), 1);
  EXPECT_TRUE(parse_object("{}")->empty());
}

TEST(ParseObject, KeepsTheOrderOfMembers) {
  EXPECT_EQ(to_ordered_json(*parse_object(R"({"b":1,"a":{"d":2,"c":3}})")),
            R"({"b":1,"a":{"d":2,"c":3}})");
}

TEST(ParseObject, RefusesWhatIsNoJsonObject) {
  for (const char* text : {"",
                           " ",
                           "[]",
                           "1",
                           "\"{}\"",
                           "null",
                           "{",
                           "}",
                           "{}}",
                           "{} x",
                           "{}{}",
                           "{,}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\" 1}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":NaN}",
                           "{\"a\":1 /*c*/}",
                           "{\"a\":\"\n\"}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":tru}",
                           "\xef\xbb\xbf{}"}) {
    expect_not_json(text);
  }
  expect_not_json(std::string_view("{}\0", 3));
}

TEST(ParseObject, RefusesInvalidUtf8) {
  for (const char* text :
       {"{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xed\xa0\x80\"}",
        "{\"\xff\":1}", "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ude00\"}"}) {
    expect_not_json(text);
  }
}

TEST(ParseObject, RefusesCharactersOfFourBytesRawOrEscaped) {
  for (const char* text : {"{\"a\":\"\xf0\x9f\x98\x80\"}", "{\"\xf0\x9f\x98\x80\":1}",
                           "{\"a\":\"x\\ud83d\\ude00\"}", "{\"\\ud83d\\ude00\":1}"}) {
    const auto parsed = parse_object(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().id, ErrorId::parameter_invalid) << text;
  }
  EXPECT_TRUE(parse_object("{\"a\":\"\xef\xbf\xbd\"}")) << "the last three-byte characters pass";
}

TEST(ParseObject, RefusesDuplicateMembersWithTheirName) {
  const char* const mchid =
      R"({"code":"PARAM_ERROR","detail":{"location":"body","value":"mchid"},"message":"请求中含有重复的参数"})";
  EXPECT_EQ(duplicate_in(R"({"mchid":"1","mchid":"1"})"), mchid);
  EXPECT_EQ(duplicate_in(R"({"mchid":"1","x":2,"mch\u0069d":"2"})"), mchid);
  EXPECT_EQ(duplicate_in(R"({"a":[{"x":{"mchid":1,"b":2,"mchid":3}}]})"), mchid);
  EXPECT_EQ(duplicate_in(R"({"mchid":{"a":1,"b":2},"mchid":{"a":1}})"), mchid);
  EXPECT_NE(duplicate_in(R"({"":1,"":2})"), "");
}

TEST(ParseObject, TakesEqualNamesInDifferentObjects) {
  EXPECT_TRUE(parse_object(R"({"a":{"a":{"a":1},"b":2},"b":[{"a":1},{"a":2}],"c":{"a":1}})"));
}

TEST(ParseObject, FindsOneDuplicateAmongManyMembers) {
  std::string text = "{";
  for (int i = 0; i < 3000; ++i) text += "\"name" + std::to_string(i * 7919 % 3000) + "\":1,";
  EXPECT_TRUE(parse_object(text + "\"last\":1}"));
  EXPECT_NE(duplicate_in(text + "\"name1234\":1}").find("\"name1234\""), std::string::npos);
}

TEST(ParseObject, HasADepthLimit) {
  EXPECT_TRUE(parse_object(nested(limits::kJsonDepthMax)));
  expect_not_json(nested(limits::kJsonDepthMax + 1));
  expect_not_json(nested(100'000));
  expect_not_json("{\"a\":" + std::string(100'000, '['));
}

TEST(ParseObject, NumbersBeyond64BitsAreNoIntegers) {
  EXPECT_TRUE(parse_object(R"({"a":9223372036854775807})")->at("a").is_int64());
  EXPECT_FALSE(parse_object(R"({"a":9223372036854775808})")->at("a").is_int64());
  EXPECT_FALSE(parse_object(R"({"a":18446744073709551616})")->at("a").is_int64());
  EXPECT_FALSE(parse_object(R"({"a":1e2})")->at("a").is_int64());
}

TEST(ParseObject, RefusesNumbersBeyondADouble) {
  for (const char* text : {R"({"a":1e999})", R"({"a":-1e999})", R"({"a":[1e99999999999]})"}) {
    const auto parsed = parse_object(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().id, ErrorId::body_not_json);
  }
  EXPECT_TRUE(parse_object(R"({"a":1e308,"b":1e-999})"));
}

TEST(SortedJson, SortsAtEveryDepthAndKeepsArrays) {
  const json::value value = {{"b", {{"z", 1}, {"a", {3, 1, 2}}}}, {"a", nullptr}, {"B", true}};
  EXPECT_EQ(to_sorted_json(value), R"({"B":true,"a":null,"b":{"a":[3,1,2],"z":1}})");
  EXPECT_EQ(to_sorted_json(json::object()), "{}");
  EXPECT_EQ(to_sorted_json(json::array()), "[]");
}

TEST(SortedJson, WritesRawUtf8AndSlashesAndEscapesTheRest) {
  const json::value value = {{"t", "https://例/<&>\"\\\b\f\n\r\t\x01\x1f\x7f"}};
  EXPECT_EQ(to_sorted_json(value),
            "{\"t\":\"https://例/<&>\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"}");
}

TEST(SortedJson, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(to_sorted_json(json::value("a\xff\xe5\x95z")),
            "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
}

TEST(SortedJson, EscapesEveryByteAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = char(byte);
    const std::string one = to_sorted_json(json::value(json::string(1, c)));
    const bool as_it_is = byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
    EXPECT_EQ(one == '"' + std::string(1, c) + '"', as_it_is) << byte;
    const std::string escaped = one.substr(1, one.size() - 2);
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, 'p');
      text[place] = c;
      const std::string expected = text.substr(0, place) + escaped + text.substr(place + 1);
      EXPECT_EQ(to_sorted_json(json::value(json::string(text))), '"' + expected + '"');
    }
  }
}

TEST(SortedJson, WritesNumbers) {
  const json::value value = {INT64_MIN, INT64_MAX, UINT64_MAX, 1.5, 1.0, -0.25, 1e300};
  const std::string text = to_sorted_json(value);
  EXPECT_EQ(text.substr(0, text.rfind(',')),
            "[-9223372036854775808,9223372036854775807,18446744073709551615,1.5,1.0,-0.25");
  const auto parsed = parse_object("{\"a\":" + text + "}");
  ASSERT_TRUE(parsed) << text;
  EXPECT_EQ(parsed->at("a").as_array().back().as_double(), 1e300);
}

TEST(Utf8, CountsCharacters) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("a商户é"), 4u);
  EXPECT_EQ(count_characters("\xf0\x9f\x98\x80"), 1u);
  EXPECT_EQ(count_characters("\x80\x80\x80"), 3u);
  EXPECT_EQ(count_characters("\xe5\x95"), 2u);
  EXPECT_EQ(count_characters("\xed\xa0\x80"), 3u) << "a surrogate is no character";
  EXPECT_EQ(count_characters("\xc0\xaf"), 2u) << "an overlong form is no character";
}

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(first_characters("商户号", 2), "商户");
  EXPECT_EQ(first_characters("商户号", 9), "商户号");
  EXPECT_EQ(first_characters("\x80\x80\x80", 2), "\x80\x80");
}

}  // namespace
}  // namespace favorhook::apiv3
