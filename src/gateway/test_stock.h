// Bodies and samples for this folder's tests: a stock that the table accepts, changed at will; the
// files of api/vectors.
//
//   std::string body = stock_with({{"/stock_send_rule/max_coupons", "1"}});
//   std::string stock_id = make_stock(world);
#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gateway/test_world.h"

namespace favorhook::gateway {

// A file of api/vectors.
inline std::string vector_file(const std::string& name) {
  const std::ifstream file(std::string(FAVORHOOK_ROOT) + "/api/vectors/" + name);
  CHECK(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// JSON pointer and JSON text; an empty text takes the member away.
using Changes = std::vector<std::pair<std::string, std::string>>;

inline boost::json::value changed(boost::json::value json, const Changes& changes) {
  for (const auto& [pointer, text] : changes) {
    const auto slash = pointer.rfind('/');
    const std::string name = pointer.substr(slash + 1);
    boost::json::object& parent = json.at_pointer(pointer.substr(0, slash)).as_object();
    if (text.empty()) {
      parent.erase(name);
    } else {
      parent[name] = boost::json::parse(text);
    }
  }
  return json;
}

// Only what is required, valid around the test clocks' date.
inline std::string stock_with(const Changes& changes = {}) {
  static const auto kStock = boost::json::parse(R"({
    "stock_name": "5月活动券", "belong_merchant": "10000098", "goods_name": "全场商品",
    "stock_type": "NORMAL", "out_request_no": "make-1", "coupon_code_mode": "WECHATPAY_MODE",
    "coupon_use_rule": {
      "coupon_available_time": {"available_begin_time": "2026-05-01T00:00:00+08:00",
                                "available_end_time": "2026-05-31T23:59:59+08:00"},
      "fixed_normal_coupon": {"discount_amount": 88, "transaction_minimum": 100},
      "use_method": "OFF_LINE"},
    "stock_send_rule": {"max_coupons": 100, "max_coupons_per_user": 5}})");
  return boost::json::serialize(changed(kStock, changes));
}

inline std::string stock_id_of(const HttpAnswer& answer) {
  CHECK(answer.status == 200);
  return std::string(boost::json::parse(answer.body).at("stock_id").as_string());
}

// A stock of the seeds' merchant; gives its id.
inline std::string make_stock(World& world, const Changes& changes = {}) {
  return stock_id_of(world.post(kStocks, stock_with(changes)));
}

}  // namespace favorhook::gateway
