#include "cli/stock_terms.h"

#include <gtest/gtest.h>

#include <boost/json/value.hpp>

#include "base/time_text.h"

namespace favorhook::cli {
namespace {

StockTerms terms_of(const std::string& type) {
  StockTerms terms;
  terms.belong_merchant = "1900000001";
  terms.type = type;
  terms.begin = *business_from_rfc3339("2026-05-20T13:29:35+08:00");
  terms.days = 2;
  terms.out_request_no = "stock_1";
  return terms;
}

TEST(StockBody, HasTheTimesAndTheRuleOfItsType) {
  const boost::json::object body = stock_body(terms_of("NORMAL"));
  const boost::json::object& rule = body.at("coupon_use_rule").as_object();
  const boost::json::object& time = rule.at("coupon_available_time").as_object();
  EXPECT_EQ(time.at("available_begin_time").as_string(), "2026-05-20T13:29:35+08:00");
  EXPECT_EQ(time.at("available_end_time").as_string(), "2026-05-22T13:29:35+08:00");
  EXPECT_EQ(rule.at("fixed_normal_coupon").at("discount_amount").as_int64(), 100);
  EXPECT_EQ(rule.at("fixed_normal_coupon").at("transaction_minimum").as_int64(), 200);
  EXPECT_FALSE(rule.contains("discount_coupon"));
  EXPECT_FALSE(rule.contains("exchange_coupon"));
  EXPECT_FALSE(body.contains("comment"));
  EXPECT_FALSE(body.contains("notify_config"));
}

TEST(StockBody, HasExactlyOneRule) {
  const auto rule = [](const std::string& type) {
    return stock_body(terms_of(type)).at("coupon_use_rule").as_object();
  };
  EXPECT_EQ(rule("DISCOUNT").at("discount_coupon").at("discount_percent").as_int64(), 88);
  EXPECT_EQ(rule("EXCHANGE").at("exchange_coupon").at("exchange_price").as_int64(), 1);
  for (const std::string type : {"NORMAL", "DISCOUNT", "EXCHANGE"}) {
    EXPECT_EQ(rule(type).size(), 3u) << type;  // time, method and the one rule
  }
}

TEST(StockBody, NamesTheNotifyAppid) {
  StockTerms terms = terms_of("NORMAL");
  terms.notify_appid = "wx0000000000000001";
  terms.comment = "测试";
  const boost::json::object body = stock_body(terms);
  EXPECT_EQ(body.at("notify_config").at("notify_appid").as_string(), "wx0000000000000001");
  EXPECT_EQ(body.at("comment").as_string(), "测试");
}

}  // namespace
}  // namespace favorhook::cli
