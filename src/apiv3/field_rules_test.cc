#include "apiv3/field_rules.h"

#include <gtest/gtest.h>

#include "apiv3/json.h"

namespace favorhook::apiv3 {
namespace {

constexpr FieldRule kCallback[] = {
    {"/mchid", "商户号", FieldType::number_text, Need::optional, 8, 15},
    {"/notify_url", "通知URL地址", FieldType::text, Need::required, 10, 256},
};

constexpr FieldRule kStock[] = {
    {"/stock_name", "商家券批次名称", FieldType::text_bytes, Need::required, 1, 24},
    {"/stock_type", "批次类型", FieldType::text, Need::required, 0, 0, "NORMAL|DISCOUNT|EXCHANGE"},
    {"/out_request_no",
     "商户请求单号",
     FieldType::text,
     Need::required,
     1,
     128,
     {},
     "^[0-9a-zA-Z_\\-\\|\\*]{1,}$"},
    {"/coupon_use_rule", "核销规则", FieldType::object, Need::required},
    {"/coupon_use_rule/fixed_normal_coupon", "固定面额满减券使用规则", FieldType::object,
     Need::optional},
    {"/coupon_use_rule/fixed_normal_coupon/discount_amount", "优惠金额", FieldType::integer,
     Need::required, 1, 10'000'000},
    {"/coupon_use_rule/begin", "开始时间", FieldType::time, Need::optional, 1, 32},
    {"/coupon_use_rule/week_day", "可用星期数", FieldType::array, Need::optional, 1, 7},
    {"/coupon_use_rule/week_day/*", "可用星期", FieldType::integer, Need::optional, 0, 6},
    {"/coupon_use_rule/slots", "时间段", FieldType::array, Need::optional},
    {"/coupon_use_rule/slots/*/begin", "段开始", FieldType::integer, Need::required, -10, 86399},
    {"/prevent_api_abuse", "是否防刷", FieldType::boolean, Need::optional},
};

constexpr std::string_view kGoodStock =
    R"({"stock_name":"八月一日活动券","stock_type":"NORMAL","out_request_no":"a-1|*_","coupon_use_rule":{)"
    R"("fixed_normal_coupon":{"discount_amount":1},"begin":"2015-05-20T13:29:35+08:00","week_day":[0,6],)"
    R"("slots":[{"begin":-10},{"begin":86399}]},"prevent_api_abuse":false,"unknown":null})";

std::string answer(std::span<const FieldRule> rules, std::string_view body,
                   FieldSource source = FieldSource::body) {
  const auto object = parse_object(body);
  EXPECT_TRUE(object) << body;
  const auto refusal = check_fields(rules, *object, source);
  return refusal ? error_body(*refusal, Wire::documented) : "";
}

// The good stock with one text in it replaced.
std::string stock_with(std::string_view from, std::string_view to) {
  std::string text(kGoodStock);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return answer(kStock, text);
}

std::string param_error(std::string_view location, std::string_view value,
                        std::string_view message) {
  std::string out = R"({"code":"PARAM_ERROR","detail":{"location":")";
  out.append(location).append(R"(","value":)").append(value).append(R"(},"message":")");
  return out.append(message).append("\"}");
}

TEST(CheckFields, TakesWhatIsGood) {
  EXPECT_EQ(answer(kStock, kGoodStock), "");
  EXPECT_EQ(answer(kCallback, R"({"notify_url":"https://pay.weixin.qq.com"})"), "");
  EXPECT_EQ(answer(kCallback, R"({"mchid":"10000098","notify_url":"https://pay.weixin.qq.com"})"),
            "");
}

TEST(CheckFields, MissingField) {
  EXPECT_EQ(
      answer(kCallback, R"({"mchid":"10000098"})"),
      param_error(
          "body", "[]",
          "输入源“/body/notify_url”映射到字段“通知URL地址”必填性规则校验失败，此字段为必填项"));
}

TEST(CheckFields, TextTooShortOrTooLongInCharacters) {
  EXPECT_EQ(
      answer(kCallback, R"({"notify_url":""})"),
      param_error("body", "0",
                  "输入源“/body/notify_url”映射到值字段“通知URL地址”字符串规则校验失败，字符数 "
                  "0，小于最小值 10"));
  const std::string url = "https://" + std::string(249, 'x');
  EXPECT_EQ(
      answer(kCallback, R"({"notify_url":")" + url + "\"}"),
      param_error("body", "257",
                  "输入源“/body/notify_url”映射到值字段“通知URL地址”字符串规则校验失败，字符数 "
                  "257，大于最大值 256"));
  EXPECT_EQ(answer(kCallback, R"({"notify_url":")" + url.substr(1) + "\"}"), "");
}

TEST(CheckFields, TextTooLongInBytes) {
  EXPECT_EQ(stock_with("八月一日活动券", "八月一日活动券券"), "") << "24 bytes";
  EXPECT_EQ(
      stock_with("八月一日活动券", "八月一日活动券券x"),
      param_error("body", "25",
                  "输入源“/body/stock_name”映射到值字段“商家券批次名称”字符串规则校验失败，字节数 "
                  "25，大于最大值 24"));
}

TEST(CheckFields, Pattern) {
  const std::string expected =
      R"({"code":"PARAM_ERROR","detail":{"location":"body","value":"a b"},"message":"输入源“/body/out_request_no”映射到值字段“商户请求单号”字符串规则校验失败，字符串必须匹配正则表达式“^[0-9a-zA-Z_\\-\\|\\*]{1,}$”"})";
  EXPECT_EQ(stock_with("a-1|*_", "a b"), expected);
  EXPECT_EQ(stock_with("a-1|*_", "a b"), expected) << "also from the cache";
}

TEST(CheckFields, PatternIsNotTriedOnLongTexts) {
  constexpr FieldRule kUnbounded[] = {
      {"/a", "甲", FieldType::text, Need::required, 0, 0, {}, "^a*$"}};
  EXPECT_EQ(answer(kUnbounded, R"({"a":")" + std::string(1024, 'a') + "\"}"), "");
  EXPECT_NE(answer(kUnbounded, R"({"a":")" + std::string(60'000, 'a') + "\"}"), "");
}

TEST(CheckFields, UnconfirmedEnumeration) {
  for (const char* other : {"NORMA", "NORMALX", "NORMAL|DISCOUNT", "", "normal"}) {
    EXPECT_EQ(stock_with("NORMAL", other),
              param_error(
                  "body", "\"" + std::string(other) + "\"",
                  "输入源“/body/"
                  "stock_type”映射到值字段“批次类型”字符串规则校验失败，字符串必须在枚举值“NORMAL|"
                  "DISCOUNT|EXCHANGE”范围内"));
  }
  EXPECT_EQ(stock_with("NORMAL", "EXCHANGE"), "");
}

TEST(CheckFields, NumberOutOfRange) {
  EXPECT_EQ(stock_with("\"discount_amount\":1", "\"discount_amount\":0"),
            param_error("body", "0",
                        "输入源“/body/coupon_use_rule/fixed_normal_coupon/"
                        "discount_amount”映射到数值字段“优惠金额”规则校验失败，值低于最小值 1"));
}

TEST(CheckFields, UnconfirmedNumberAboveMaximum) {
  EXPECT_EQ(
      stock_with("\"discount_amount\":1", "\"discount_amount\":10000001"),
      param_error("body", "10000001",
                  "输入源“/body/coupon_use_rule/fixed_normal_coupon/"
                  "discount_amount”映射到数值字段“优惠金额”规则校验失败，值高于最大值 10000000"));
}

TEST(CheckFields, WrongTypeOfAnInteger) {
  for (const char* value : {"\"1\"", "1.5", "1.0", "null", "true", "[]", "9223372036854775808",
                            "18446744073709551616"}) {
    const std::string body =
        stock_with("\"discount_amount\":1", "\"discount_amount\":" + std::string(value));
    EXPECT_NE(
        body.find(
            "无法将 JSON "
            "输入源“/body/coupon_use_rule/fixed_normal_coupon/"
            "discount_amount”映射到目标字段“优惠金额”中，此字段需要一个合法的 64 位有符号整数"),
        std::string::npos)
        << value << body;
  }
}

TEST(CheckFields, WrongTypeOfAText) {
  for (const char* value : {"1", "null", "{}", "true"}) {
    EXPECT_EQ(
        answer(kCallback, R"({"notify_url":)" + std::string(value) + "}"),
        param_error(
            "body", value,
            "无法将 JSON 输入源“/body/notify_url”映射到目标字段“通知URL地址”中，此字段需要一个 "
            "string 类型的 Json 值"));
  }
}

TEST(CheckFields, UnconfirmedWrongTypeOfOtherFields) {
  EXPECT_EQ(
      stock_with("false", "\"false\""),
      param_error(
          "body", "\"false\"",
          "无法将 JSON 输入源“/body/prevent_api_abuse”映射到目标字段“是否防刷”中，此字段需要一个 "
          "bool 类型的 Json 值"));
  EXPECT_EQ(
      stock_with("[0,6]", "6"),
      param_error("body", "6",
                  "无法将 JSON "
                  "输入源“/body/coupon_use_rule/"
                  "week_day”映射到目标字段“可用星期数”中，此字段需要一个 array 类型的 Json 值"));
  EXPECT_EQ(
      stock_with(R"({"discount_amount":1})", "null"),
      param_error("body", "null",
                  "无法将 JSON "
                  "输入源“/body/coupon_use_rule/"
                  "fixed_normal_coupon”映射到目标字段“固定面额满减券使用规则”中，此字段需要一个 "
                  "object 类型的 Json 值"));
  EXPECT_EQ(
      stock_with("2015-05-20T13:29:35+08:00", "2015-05-20"),
      param_error("body", "\"2015-05-20\"",
                  "无法将 JSON "
                  "输入源“/body/coupon_use_rule/"
                  "begin”映射到目标字段“开始时间”中，此字段需要一个合法的 RFC 3339 格式的时间"));
}

TEST(CheckFields, ItemsOfArraysHaveTheirIndexInThePath) {
  EXPECT_EQ(stock_with("[0,6]", "[0,7]"),
            param_error("body", "7",
                        "输入源“/body/coupon_use_rule/week_day/"
                        "1”映射到数值字段“可用星期”规则校验失败，值高于最大值 6"));
  EXPECT_EQ(stock_with(R"({"begin":86399})", "{}"),
            param_error("body", "[]",
                        "输入源“/body/coupon_use_rule/slots/1/"
                        "begin”映射到字段“段开始”必填性规则校验失败，此字段为必填项"));
}

TEST(CheckFields, UnconfirmedNumberOfItems) {
  EXPECT_EQ(
      stock_with("[0,6]", "[]"),
      param_error("body", "0",
                  "输入源“/body/coupon_use_rule/"
                  "week_day”映射到数组字段“可用星期数”规则校验失败，元素个数 0，小于最小值 1"));
  EXPECT_EQ(
      stock_with("[0,6]", "[0,1,2,3,4,5,6,0]"),
      param_error("body", "8",
                  "输入源“/body/coupon_use_rule/"
                  "week_day”映射到数组字段“可用星期数”规则校验失败，元素个数 8，大于最大值 7"));
}

TEST(CheckFields, AnItemThatShouldHoldAFieldIsAnObject) {
  for (const char* item : {"1", "null", "[]", "\"x\""}) {
    const std::string body = stock_with(R"({"begin":86399})", item);
    EXPECT_NE(body.find("“/body/coupon_use_rule/slots/1”"), std::string::npos) << body;
    EXPECT_NE(body.find("object 类型"), std::string::npos) << body;
  }
}

TEST(CheckFields, NothingIsRequiredBelowAnAbsentOptionalObject) {
  EXPECT_EQ(stock_with(R"("fixed_normal_coupon":{"discount_amount":1},)", ""), "");
  EXPECT_NE(stock_with(R"({"discount_amount":1})", "{}"), "");
}

TEST(CheckFields, TheFirstBrokenRuleOfTheTableAnswers) {
  EXPECT_NE(answer(kStock, R"({"coupon_use_rule":1})").find("/body/stock_name"), std::string::npos);
}

TEST(CheckFields, MchidMayBeANumber) {
  const auto with_mchid = [](std::string_view value) {
    return answer(kCallback, R"({"notify_url":"https://pay.weixin.qq.com","mchid":)" +
                                 std::string(value) + "}");
  };
  EXPECT_EQ(with_mchid("10000098"), "");
  EXPECT_EQ(with_mchid("999999999999999"), "");
  EXPECT_EQ(
      with_mchid("1234567"),
      param_error(
          "body", "7",
          "输入源“/body/mchid”映射到值字段“商户号”字符串规则校验失败，字符数 7，小于最小值 8"));
  for (const char* value : {"-10000098", "10000098.0", "null", "true", "1e9", "[]"}) {
    EXPECT_NE(with_mchid(value).find("此字段需要一个 string 类型的 Json 值"), std::string::npos)
        << value;
  }
}

TEST(CheckFields, NamesTheQueryAndThePathAsSources) {
  EXPECT_EQ(
      answer(kCallback, "{}", FieldSource::query),
      param_error(
          "query", "[]",
          "输入源“/query/notify_url”映射到字段“通知URL地址”必填性规则校验失败，此字段为必填项"));
  constexpr FieldRule kPath[] = {{"/stock_id", "批次号", FieldType::text, Need::required, 1, 20}};
  EXPECT_EQ(
      answer(kPath, R"({"stock_id":"123456789012345678901"})", FieldSource::uri_template),
      param_error("uri_template", "21",
                  "输入源“/uri_template/stock_id”映射到值字段“批次号”字符串规则校验失败，字符数 "
                  "21，大于最大值 20"));
}

TEST(CheckFields, BoundsMayBeOneSided) {
  constexpr FieldRule kRules[] = {{"/at_least", "甲", FieldType::text, Need::optional, 2, 0},
                                  {"/at_most", "乙", FieldType::text, Need::optional, 0, 2}};
  EXPECT_EQ(answer(kRules, R"({"at_least":"abcdefgh","at_most":""})"), "");
  EXPECT_NE(answer(kRules, R"({"at_least":"a"})"), "");
  EXPECT_NE(answer(kRules, R"({"at_most":"abc"})"), "");
}

TEST(ParameterRefusal, CarriesLocationAndValue) {
  EXPECT_EQ(error_body(parameter_refusal("文", FieldSource::query, text_value("v")), Wire::live),
            param_error("query", "\"v\"", "文"));
}

}  // namespace
}  // namespace favorhook::apiv3
