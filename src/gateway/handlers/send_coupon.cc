// POST /v3/marketing/busifavor/coupons/send: issues one coupon to one user (protocol §3.11).
#include "apiv3/json.h"
#include "crypto/digest.h"
#include "gateway/handlers/fields_coupon.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {
using apiv3::refuse;

CommandOrRefusal send_coupon(const Call& call, const Services&) {
  const auto body = read_body(call.request, kSendCouponRules);
  if (!body) return refuse(body.error());
  coupon::SendCoupon command;
  command.caller = call.caller.mchid;
  command.stock_id = text_at(*body, "/stock_id");
  command.openid = text_at(*body, "/openid");
  command.appid = text_at(*body, "/appid");
  command.out_request_no = text_at(*body, "/out_request_no");
  command.coupon_code = text_at(*body, "/coupon_code");
  command.request_digest = crypto::sha256_hex(apiv3::to_sorted_json(*body));
  return command;
}

// Nested, since the Go and Java SDKs read it so.
std::string coupon_body(const coupon::Outcome& outcome, const GatewayOptions&) {
  const auto& sent = std::get<coupon::CouponSent>(outcome);
  return apiv3::to_sorted_json(boost::json::object{
      {"send_coupon_result", boost::json::object{{"coupon_code", sent.coupon_code},
                                                 {"out_request_no", sent.out_request_no},
                                                 {"stock_id", sent.stock_id}}}});
}

}  // namespace favorhook::gateway
