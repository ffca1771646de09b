// POST /v3/marketing/busifavor/coupons/send: issues one coupon to one user (protocol §3.11).
#include "apiv3/json.h"
#include "crypto/digest.h"
#include "gateway/handlers/fields_stock.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {
namespace {

using apiv3::FieldType;
using apiv3::Need;
using apiv3::refuse;

constexpr apiv3::FieldRule kRules[] = {
    {"/openid", "用户openid", FieldType::text, Need::required, 1, 128},
    {"/appid", "公众账号ID", FieldType::text, Need::required, 1, 32},
    {"/stock_id", "批次号", FieldType::text, Need::required, 1, 20},
    {"/out_request_no",
     "商户请求单号",
     FieldType::text,
     Need::required,
     1,
     128,
     {},
     kRequestNoPattern},
    {"/coupon_code", "券code", FieldType::text, Need::optional, 1, 32, {}, kCouponCodePattern},
};

}  // namespace

CommandOrRefusal send_coupon(const Call& call, const Services&) {
  const auto body = read_body(call.request, kRules);
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
