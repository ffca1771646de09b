#include "cli/stock_terms.h"

#include <chrono>

#include "base/time_text.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;

// Exactly one of the three, the one of the stock's type.
void add_rule(const StockTerms& terms, json::object& rule) {
  const auto add = [&](std::string_view name, std::string_view value_name, std::int64_t value) {
    rule[name] =
        json::object{{value_name, value}, {"transaction_minimum", terms.transaction_minimum}};
  };
  if (terms.type == "DISCOUNT") {
    add("discount_coupon", "discount_percent", terms.discount_percent);
  } else if (terms.type == "EXCHANGE") {
    add("exchange_coupon", "exchange_price", terms.exchange_price);
  } else {
    add("fixed_normal_coupon", "discount_amount", terms.discount_amount);
  }
}

}  // namespace

json::object stock_body(const StockTerms& terms) {
  const BusinessTime end = terms.begin + std::chrono::hours(24) * terms.days;
  json::object rule = {
      {"coupon_available_time", json::object{{"available_begin_time", to_rfc3339(terms.begin)},
                                             {"available_end_time", to_rfc3339(end)}}},
      {"use_method", "OFF_LINE"}};
  add_rule(terms, rule);

  json::object body = {
      {"stock_name", terms.name},
      {"belong_merchant", terms.belong_merchant},
      {"goods_name", terms.goods},
      {"stock_type", terms.type},
      {"coupon_use_rule", std::move(rule)},
      {"stock_send_rule", json::object{{"max_coupons", terms.max_coupons},
                                       {"max_coupons_per_user", terms.max_coupons_per_user}}},
      {"out_request_no", terms.out_request_no},
      {"coupon_code_mode", terms.code_mode}};
  if (!terms.comment.empty()) body["comment"] = terms.comment;
  if (!terms.notify_appid.empty()) {
    body["notify_config"] = json::object{{"notify_appid", terms.notify_appid}};
  }
  return body;
}

}  // namespace favorhook::cli
