// POST /v3/marketing/busifavor/stocks: makes a batch of coupons (protocol §3.2).
#include <algorithm>

#include "apiv3/json.h"
#include "base/check.h"
#include "base/time_text.h"
#include "crypto/digest.h"
#include "gateway/handlers/fields_stock.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {
namespace {

using apiv3::refuse;
using boost::json::array;
using boost::json::object;
using boost::json::value;

// A member that the table has found good.
template <class T>
T known(std::optional<T> value) {
  CHECK(value);
  return *value;
}

// A value with the members that a rule names, at every depth. `path` is its own, as rules write it.
value documented(const value& given, const std::string& path) {
  if (const array* items = given.if_array()) {
    array kept;
    for (const value& item : *items) kept.push_back(documented(item, path + "/*"));
    return kept;
  }
  const object* members = given.if_object();
  if (members == nullptr) return given;
  object kept;
  for (const auto& member : *members) {
    const std::string own = path + "/" + std::string(member.key());
    if (std::ranges::find(stock_rules(), own, &apiv3::FieldRule::path) == stock_rules().end()) {
      continue;
    }
    kept.emplace(member.key(), documented(member.value(), own));
  }
  return kept;
}

// What GET gives back: the documented members of the request but its number. Members that no
// document has are not kept, so that none can stand where GET adds its own.
std::string terms_of(const object& body) {
  value terms = documented(body, "");
  terms.get_object().erase("out_request_no");
  return apiv3::to_sorted_json(terms);
}

coupon::Stock stock_of(const object& body) {
  const object& times = *value_at(body, "/coupon_use_rule/coupon_available_time")->if_object();
  coupon::Stock stock;
  stock.belong_merchant = text_at(body, "/belong_merchant");
  stock.out_request_no = text_at(body, "/out_request_no");
  stock.request_digest = crypto::sha256_hex(apiv3::to_sorted_json(body));
  stock.terms_json = terms_of(body);
  stock.stock_type = known(from_text<coupon::StockType>(text_at(body, "/stock_type")));
  stock.coupon_code_mode = known(from_text<coupon::CodeMode>(text_at(body, "/coupon_code_mode")));
  stock.available_begin_time =
      known(business_from_rfc3339(text_at(times, "/available_begin_time")));
  stock.available_end_time = known(business_from_rfc3339(text_at(times, "/available_end_time")));
  stock.available_day_after_receive = integer_at(times, "/available_day_after_receive");
  stock.wait_days_after_receive = integer_at(times, "/wait_days_after_receive");
  stock.available_second_after_receive = integer_at(times, "/available_second_after_receive");
  stock.max_coupons = integer_at(body, "/stock_send_rule/max_coupons");
  stock.max_coupons_per_user = integer_at(body, "/stock_send_rule/max_coupons_per_user");
  stock.max_coupons_by_day = integer_at(body, "/stock_send_rule/max_coupons_by_day");
  stock.discount_amount_fen =
      integer_at(body, "/coupon_use_rule/fixed_normal_coupon/discount_amount");
  stock.notify_appid = text_at(body, "/notify_config/notify_appid");
  return stock;
}

}  // namespace

CommandOrRefusal create_stock(const Call& call, const Services&) {
  const auto body = read_body(call.request, stock_rules());
  if (!body) return refuse(body.error());
  if (auto fault = conditions_fault(stock_conditions(), stock_rules(), *body)) {
    return refuse(std::move(*fault));
  }
  return coupon::CreateStock{call.caller.mchid, stock_of(*body)};
}

std::string stock_body(const coupon::Outcome& outcome, const GatewayOptions&) {
  const auto& created = std::get<coupon::StockCreated>(outcome);
  return apiv3::to_sorted_json(
      object{{"create_time", to_rfc3339(created.create_time)}, {"stock_id", created.stock_id}});
}

}  // namespace favorhook::gateway
