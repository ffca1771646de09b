// The fields of a stock, each at its bounds (protocol §3.1, §3.2), and the conditions between them.
#include <gtest/gtest.h>

#include "gateway/test_stock.h"

namespace favorhook::gateway {
namespace {

const std::string kTime = "/coupon_use_rule/coupon_available_time";

// Texts of `count` characters of three bytes.
std::string text(std::size_t count) {
  std::string out = "\"";
  for (std::size_t i = 0; i < count; ++i) out += "券";
  return out + "\"";
}

class StockFieldsTest : public testing::Test {
 protected:
  HttpAnswer create(Changes changes) {
    changes.push_back({"/out_request_no", "\"n" + std::to_string(++number_) + "\""});
    return world_.post(kStocks, stock_with(changes));
  }
  void good(const Changes& changes) {
    const HttpAnswer answer = create(changes);
    EXPECT_EQ(answer.status, 200) << changes.back().first << changes.back().second << answer.body;
  }
  // `where` is what the message must name.
  void bad(const Changes& changes, const std::string& where) {
    const HttpAnswer answer = create(changes);
    EXPECT_EQ(answer.status, 400) << changes.back().first << changes.back().second;
    EXPECT_TRUE(answer.body.starts_with(R"({"code":"PARAM_ERROR","detail":{"location":"body",)"))
        << answer.body;
    EXPECT_NE(answer.body.find(where), std::string::npos) << answer.body;
  }
  // The whole range: both ends are taken, the values beside them are not.
  void range(const std::string& pointer, std::int64_t min, std::int64_t max,
             const Changes& with = {}) {
    const auto changes = [&](std::int64_t value) {
      Changes all = with;
      all.push_back({pointer, std::to_string(value)});
      return all;
    };
    good(changes(min));
    good(changes(max));
    bad(changes(min - 1), "“/body" + pointer + "”");
    bad(changes(max + 1), "“/body" + pointer + "”");
    Changes as_text = with;
    as_text.push_back({pointer, "\"" + std::to_string(min) + "\""});
    bad(as_text, "此字段需要一个合法的 64 位有符号整数");
  }
  void length(const std::string& pointer, std::size_t max, const Changes& with = {}) {
    const auto changes = [&](std::size_t size) {
      Changes all = with;
      all.push_back({pointer, text(size)});
      return all;
    };
    good(changes(max));
    bad(changes(max + 1), "大于最大值 " + std::to_string(max));
    bad(changes(0), "字符数 0，小于最小值 1");
  }

  World world_;
  int number_ = 0;
};

TEST_F(StockFieldsTest, ARealBusifavorErrorByteForByte) {
  const HttpAnswer answer = create({{"/coupon_use_rule/fixed_normal_coupon/discount_amount", "0"}});
  EXPECT_EQ(
      answer.body,
      R"({"code":"PARAM_ERROR","detail":{"location":"body","value":0},"message":)"
      R"("输入源“/body/coupon_use_rule/fixed_normal_coupon/discount_amount”映射到数值字段“优惠金额”规则校验失败，值低于最小值 1"})");
}

TEST_F(StockFieldsTest, WhatIsRequired) {
  for (const std::string& pointer : std::vector<std::string>{
           "/stock_name", "/belong_merchant", "/goods_name", "/stock_type", "/coupon_use_rule",
           kTime, kTime + "/available_begin_time", kTime + "/available_end_time",
           "/coupon_use_rule/fixed_normal_coupon",
           "/coupon_use_rule/fixed_normal_coupon/discount_amount",
           "/coupon_use_rule/fixed_normal_coupon/transaction_minimum",
           "/coupon_use_rule/use_method", "/stock_send_rule", "/stock_send_rule/max_coupons",
           "/stock_send_rule/max_coupons_per_user", "/coupon_code_mode"}) {
    bad({{pointer, ""}}, "输入源“/body" + pointer + "”映射到字段“");
  }
  const HttpAnswer answer = world_.post(kStocks, stock_with({{"/out_request_no", ""}}));
  EXPECT_NE(answer.body.find("“/body/out_request_no”映射到字段“商户请求单号”必填性规则校验失败"),
            std::string::npos);
}

TEST_F(StockFieldsTest, Numbers) {
  range("/stock_send_rule/max_coupons", 1, 1'000'000'000);
  range("/stock_send_rule/max_coupons_per_user", 1, 100);
  range("/stock_send_rule/max_coupons_by_day", 1, 1'000'000'000);
  range("/coupon_use_rule/fixed_normal_coupon/discount_amount", 1, 10'000'000);
  range("/coupon_use_rule/fixed_normal_coupon/transaction_minimum", 1, 10'000'000);
  range(kTime + "/available_day_after_receive", 1, 365);
  range(kTime + "/wait_days_after_receive", 0, 30, {{kTime + "/available_day_after_receive", "3"}});
  range(kTime + "/available_second_after_receive", 1, 366 * 86'400);

  const Changes discount = {
      {"/stock_type", R"("DISCOUNT")"},
      {"/coupon_use_rule/fixed_normal_coupon", ""},
      {"/coupon_use_rule/discount_coupon", R"({"discount_percent":88,"transaction_minimum":100})"}};
  range("/coupon_use_rule/discount_coupon/discount_percent", 1, 100, discount);
  const Changes exchange = {
      {"/stock_type", R"("EXCHANGE")"},
      {"/coupon_use_rule/fixed_normal_coupon", ""},
      {"/coupon_use_rule/exchange_coupon", R"({"exchange_price":1,"transaction_minimum":100})"}};
  range("/coupon_use_rule/exchange_coupon/exchange_price", 0, 10'000'000, exchange);
}

TEST_F(StockFieldsTest, Texts) {
  length("/stock_name", 21);
  length("/comment", 20);
  length("/goods_name", 15);
}

TEST_F(StockFieldsTest, TextsOfParts) {
  const Changes display = {{"/display_pattern_info", "{}"}};
  length("/display_pattern_info/description", 1000, display);
  length("/display_pattern_info/merchant_logo_url", 128, display);
  length("/display_pattern_info/merchant_name", 16, display);
  length("/display_pattern_info/coupon_image_url", 128, display);

  const Changes entrance = {
      {"/custom_entrance",
       R"({"mini_programs_info":{"mini_programs_appid":"wx1","mini_programs_path":"/p","entrance_words":"w"}})"}};
  const std::string info = "/custom_entrance/mini_programs_info";
  length(info + "/mini_programs_appid", 32, entrance);
  length(info + "/mini_programs_path", 128, entrance);
  length(info + "/entrance_words", 5, entrance);
  length(info + "/guiding_words", 6, entrance);
  length("/custom_entrance/appid", 32, entrance);
  length("/custom_entrance/hall_id", 64, entrance);
  length("/custom_entrance/store_id", 64, entrance);
  for (const char* name : {"/mini_programs_appid", "/mini_programs_path", "/entrance_words"}) {
    bad({entrance[0], {info + name, ""}}, "必填性规则校验失败");
  }
}

TEST_F(StockFieldsTest, Enumerations) {
  for (const char* method : {"OFF_LINE", "PAYMENT_CODE", "SELF_CONSUME"}) {
    good({{"/coupon_use_rule/use_method", fmt::format("\"{}\"", method)}});
  }
  bad({{"/coupon_use_rule/use_method", R"("ONLINE")"}}, "use_method”");
  bad({{"/stock_type", R"("CASH")"}}, "/stock_type”");
  bad({{"/coupon_code_mode", R"("UPLOAD")"}}, "/coupon_code_mode”");
  const Changes display = {{"/display_pattern_info", "{}"}};
  for (int color = 10; color <= 100; color += 10) {
    good({display[0],
          {"/display_pattern_info/background_color", fmt::format("\"Color{:03}\"", color)}});
  }
  // Both were refused by the live system.
  for (const char* color : {"#2c9f67", "COLOR030"}) {
    bad({display[0], {"/display_pattern_info/background_color", fmt::format("\"{}\"", color)}},
        "背景颜色");
  }
  good({{"/custom_entrance", R"({"code_display_mode":"QRCODE"})"}});
  bad({{"/custom_entrance", R"({"code_display_mode":"qrcode"})"}}, "code展示模式");
}

TEST_F(StockFieldsTest, Switches) {
  for (const char* name :
       {"natural_person_limit", "prevent_api_abuse", "transferable", "shareable"}) {
    good({{std::string("/stock_send_rule/") + name, "true"}});
    bad({{std::string("/stock_send_rule/") + name, R"("false")"}}, name);
  }
  good({{"/subsidy", "true"}});
  bad({{"/subsidy", "1"}}, "/subsidy”");
}

TEST_F(StockFieldsTest, TheRuleObjectIsThatOfTheType) {
  const std::string discount = R"({"discount_percent":88,"transaction_minimum":100})";
  bad({{"/stock_type", R"("DISCOUNT")"}, {"/coupon_use_rule/fixed_normal_coupon", ""}},
      "“/body/coupon_use_rule/discount_coupon”映射到字段“折扣券使用规则”必填性规则校验失败");
  bad({{"/coupon_use_rule/discount_coupon", discount}},
      "“/body/coupon_use_rule/discount_coupon”映射到字段“折扣券使用规则”仅适用于批次类型DISCOUNT");
  bad({{"/stock_type", R"("EXCHANGE")"}, {"/coupon_use_rule/discount_coupon", discount}},
      "仅适用于批次类型NORMAL");
}

TEST_F(StockFieldsTest, MiniProgramsNeedTheirAppidAndPath) {
  const std::string method = "/coupon_use_rule/use_method";
  const std::string appid = "/coupon_use_rule/mini_programs_appid";
  const std::string path = "/coupon_use_rule/mini_programs_path";
  const std::string mini = R"("MINI_PROGRAMS")";
  bad({{path, R"("/p")"}, {method, mini}}, "mini_programs_appid”映射到字段“小程序appid”必填性");
  bad({{appid, R"("wx1")"}, {method, mini}}, "mini_programs_path”映射到字段“小程序path”必填性");
  good({{appid, R"("wx1")"}, {path, R"("/p")"}, {method, mini}});
}

TEST_F(StockFieldsTest, Times) {
  const std::string begin = kTime + "/available_begin_time";
  const std::string end = kTime + "/available_end_time";
  bad({{begin, R"("2026-05-01 00:00:00")"}}, "available_begin_time”");
  good({{begin, R"("2026-05-01T00:00:00.123Z")"}});
  good({{begin, R"("2026-05-31T23:59:59+08:00")"}});  // the documents' own sample does that
  bad({{begin, R"("2026-06-01T00:00:00+08:00")"}}, "available_end_time不得早于");
  good({{end, R"("2027-05-01T00:00:00+08:00")"}});
  bad({{end, R"("2027-05-03T00:00:00+08:00")"}}, "不得超过1年");
}

TEST_F(StockFieldsTest, WaitingNeedsANumberOfDays) {
  bad({{kTime + "/wait_days_after_receive", "7"}},
      "available_day_after_receive”映射到字段“生效后N天内有效”必填性规则校验失败");
}

TEST_F(StockFieldsTest, Weeks) {
  const auto week = [](const std::string& text) {
    return Changes{{kTime + "/available_week", text}};
  };
  good(week(R"({"week_day":[0,1,2,3,4,5,6]})"));
  good(week(R"({"week_day":[1],"available_day_time":[{"begin_time":0,"end_time":86399}]})"));
  bad(week(R"({"week_day":[7]})"), "week_day/0”");
  bad(week(R"({"week_day":["1"]})"), "week_day/0”");
  bad(week(R"({"available_day_time":[{"begin_time":0,"end_time":1}]})"),
      "week_day”映射到字段“可用星期数”必填性规则校验失败");
  bad(week(R"({"week_day":[1],"available_day_time":[{"begin_time":2,"end_time":1}]})"),
      "available_day_time/0”的结束时间不得早于开始时间");
  bad(week(R"({"week_day":[1],"available_day_time":[{"begin_time":2,"end_time":86400}]})"),
      "available_day_time/0/end_time”");
  bad(week(R"({"week_day":[1],"available_day_time":[1]})"), "available_day_time/0”");
  const std::string slot = R"({"begin_time":0,"end_time":1})";
  bad(week(R"({"week_day":[1],"available_day_time":[)" + slot + "," + slot + "," + slot + "]}"),
      "大于最大值 2");
}

TEST_F(StockFieldsTest, IrregularTimes) {
  const auto times = [](const std::string& text) {
    return Changes{{kTime + "/irregulary_avaliable_time", text}};
  };
  good(times("[]"));
  good(times(
      R"([{"begin_time":"2026-05-20T13:29:35+08:00","end_time":"2026-05-20T13:29:35+08:00"}])"));
  bad(times(
          R"([{"begin_time":"2026-05-20T13:29:36+08:00","end_time":"2026-05-20T13:29:35+08:00"}])"),
      "irregulary_avaliable_time/0”的结束时间不得早于开始时间");
  bad(times(R"([{"begin_time":"2026-05-20T13:29:35+08:00"}])"), "end_time”");
  bad(times(R"(["soon"])"), "irregulary_avaliable_time/0”");
}

TEST_F(StockFieldsTest, FinderInfoIsWholeOrAbsent) {
  const auto info = [](const std::string& text) {
    return Changes{{"/display_pattern_info", R"({"finder_info":)" + text + "}"}};
  };
  good(info(
      R"({"finder_id":"sph","finder_video_id":"export/1","finder_video_cover_image_url":"https://x"})"));
  bad(info(R"({"finder_video_id":"export/1","finder_video_cover_image_url":"https://x"})"),
      "finder_id”映射到字段“视频号ID”必填性");
  bad(info(R"({"finder_id":"sph","finder_video_cover_image_url":"https://x"})"),
      "finder_video_id”");
  bad(info(R"({"finder_id":"sph","finder_video_id":"export/1"})"), "cover_image_url”");
}

TEST_F(StockFieldsTest, NotifyAppidMayBeEmptyAsInLiveRequests) {
  good({{"/notify_config", R"({"notify_appid":""})"}});
  good({{"/notify_config", "{}"}});
  bad({{"/notify_config", R"({"notify_appid":")" + std::string(65, 'a') + R"("})"}},
      "大于最大值 64");
}

TEST_F(StockFieldsTest, UnconfirmedTheRequestNumberKeepsToItsCharacters) {
  const auto with = [&](const std::string& number) {
    return world_.post(kStocks, stock_with({{"/out_request_no", "\"" + number + "\""}})).status;
  };
  EXPECT_EQ(with("aZ09_-|*"), 200);
  EXPECT_EQ(with(std::string(128, 'a')), 200);
  EXPECT_EQ(with(std::string(129, 'a')), 400);
  EXPECT_EQ(with("a b"), 400);
  EXPECT_EQ(with("券"), 400);
}

}  // namespace
}  // namespace favorhook::gateway
