// POST /v3/marketing/busifavor/callbacks: sets a merchant's notification URL (protocol §3.9).
#include "apiv3/json.h"
#include "base/time_text.h"
#include "gateway/handlers/fields_callback.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {
namespace {

using apiv3::FieldSource;
using apiv3::refuse;

// In the form of the gateway's string rules (protocol §1.7); its text for busifavor is not known.
apiv3::Refusal url_refusal(std::string_view fault, const std::string& notify_url) {
  return apiv3::parameter_refusal(
      fmt::format("输入源“/body{}”映射到值字段“{}”字符串规则校验失败，{}", kNotifyUrlPath,
                  kNotifyUrlTitle, fault),
      FieldSource::body, apiv3::text_value(notify_url));
}

}  // namespace

CommandOrRefusal set_callback(const Call& call, const Services& services) {
  const auto body = read_body(call.request, kSetCallbackRules);
  if (!body) return refuse(body.error());
  coupon::SetCallback command;
  command.caller = call.caller.mchid;
  command.mchid = text_at(*body, kMchIdRule.path);
  if (command.mchid.empty()) command.mchid = call.caller.mchid;
  command.notify_url = text_at(*body, kNotifyUrlPath);
  if (const auto fault = services.url_policy.text_fault(command.notify_url)) {
    return refuse(url_refusal(*fault, command.notify_url));
  }
  return command;
}

std::string callback_body(const coupon::Outcome& outcome, const GatewayOptions& options) {
  const coupon::Callback& callback = std::get<coupon::CallbackSet>(outcome).callback;
  const auto precision = options.update_time_millis ? Precision::millis : Precision::seconds;
  return apiv3::to_sorted_json(
      boost::json::object{{"mchid", callback.mchid},
                          {"notify_url", callback.notify_url},
                          {"update_time", to_rfc3339(callback.update_time, precision)}});
}

}  // namespace favorhook::gateway
