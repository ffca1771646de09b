// A stock's terms from a few words: the body of POST stocks (protocol §3.2).
//
//   boost::json::object body = stock_body({.belong_merchant = "1900000001", .begin = now});
//
// Pure function. Errors: none; the server judges the values.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>

#include "base/clocks.h"

namespace favorhook::cli {

struct StockTerms {
  std::string belong_merchant;
  std::string name = "favorhook 测试券";
  std::string goods = "全部商品";
  std::string comment;
  std::string type = "NORMAL";  // or DISCOUNT, EXCHANGE
  std::string code_mode = "WECHATPAY_MODE";
  std::int64_t max_coupons = 1000;
  std::int64_t max_coupons_per_user = 10;
  std::int64_t discount_amount = 100;      // NORMAL: fen off
  std::int64_t discount_percent = 88;      // DISCOUNT: pay so much of a hundred
  std::int64_t exchange_price = 1;         // EXCHANGE: fen
  std::int64_t transaction_minimum = 200;  // fen
  BusinessTime begin{};
  std::int64_t days = 30;
  std::string notify_appid;  // empty: notifications name no user
  std::string out_request_no;
};

boost::json::object stock_body(const StockTerms& terms);

}  // namespace favorhook::cli
