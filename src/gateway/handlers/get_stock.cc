// GET /v3/marketing/busifavor/stocks/{stock_id}: a batch as its request described it, and how much
// of it was issued (protocol §3.3).
#include "apiv3/json.h"
#include "base/time_text.h"
#include "gateway/handlers/fields_stock.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {
namespace {

using apiv3::ErrorId;
using apiv3::refuse;
using boost::json::object;

bool may_see(const Call& call, const coupon::Stock& stock) {
  return call.directory.may_act_for(call.caller.mchid, stock.creator_mchid) ||
         call.directory.may_act_for(call.caller.mchid, stock.belong_merchant);
}

// That a stock stops at the end of its validity is inferred (protocol §6.1).
coupon::StockState state_at(const coupon::Stock& stock, BusinessTime now) {
  return now > stock.available_end_time ? coupon::StockState::stoped : stock.stock_state;
}

// Amounts are those of NORMAL only: number × discount_amount in live data.
object send_count_information(const coupon::Stock& stock, const coupon::StockCount& count,
                              BusinessTime now) {
  const bool counted_today = count.today == day_in_china(now);
  const std::int64_t today = counted_today ? count.today_send_num : 0;
  object information{{"today_send_num", today}, {"total_send_num", count.total_send_num}};
  if (stock.stock_type == coupon::StockType::normal) {
    information["today_send_amount"] = today * stock.discount_amount_fen;
    information["total_send_amount"] = count.total_send_num * stock.discount_amount_fen;
  }
  return information;
}

Body body_of(const coupon::Stock& stock, const coupon::StockCount& count, BusinessTime now) {
  auto body = apiv3::parse_object(stock.terms_json);
  if (!body) return refuse(store_refusal({"terms_json of stock " + stock.stock_id}));
  (*body)["stock_id"] = stock.stock_id;
  (*body)["stock_state"] = to_text(state_at(stock, now));
  (*body)["send_count_information"] = send_count_information(stock, count, now);
  if (stock.coupon_code_mode == coupon::CodeMode::merchant_upload) {
    // There is no call that uploads codes, so there are none.
    (*body)["coupon_code_count"] = object{{"available_count", 0}, {"total_count", 0}};
  }
  return apiv3::to_sorted_json(*body);
}

}  // namespace

Body get_stock(const Call& call, const Services& services) {
  const auto parameter = read_path_parameter(call.parameter, kStockIdRule);
  if (!parameter) return refuse(parameter.error());
  const std::string stock_id = text_at(*parameter, kStockIdRule.path);
  const auto stock = services.reader.stock(stock_id);
  if (!stock) return refuse(store_refusal(stock.error()));
  if (!*stock) return refuse(ErrorId::resource_not_exists);
  if (!may_see(call, **stock)) return refuse(ErrorId::no_auth);
  const auto count = services.reader.stock_count(stock_id);
  if (!count) return refuse(store_refusal(count.error()));
  return body_of(**stock, *count, services.clocks.business());
}

}  // namespace favorhook::gateway
