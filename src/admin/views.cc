#include "admin/views.h"

#include <array>
#include <boost/json/array.hpp>

#include "base/printable.h"
#include "base/time_text.h"

namespace favorhook::admin {
namespace {

namespace json = boost::json;

std::string text_of(auto time) {
  return to_rfc3339(time, Precision::millis);
}

json::value text_or_null(const auto& time) {
  return time ? json::value(text_of(*time)) : json::value();
}

json::value millis_or_null(const std::optional<Micros>& span) {
  if (!span) return nullptr;
  return static_cast<double>(span->count()) / 1000.0;
}

json::array texts_of(const auto& texts) {
  json::array all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

// What an operator can do about a withheld event; sent it is only when someone asks.
std::string_view remedy(coupon::WithheldReason reason) {
  using coupon::WithheldReason;
  static constexpr std::array<std::pair<WithheldReason, std::string_view>, 4> kRemedies = {{
      {WithheldReason::no_url,
       "the stock's creator has set no notification URL: `favorhook callback set`, then resend"},
      {WithheldReason::no_apiv3_key,
       "the stock's creator has no APIv3 key: `favorhook merchant set --apiv3-key`, then resend"},
      {WithheldReason::push_off,
       "the stock's creator has event push (营销事件推送) off: `favorhook merchant set "
       "--event-push on`, then resend"},
      {WithheldReason::host_refused,
       "nothing may be sent to the URL's host: a sandbox sends to local and private networks "
       "only, production to public ones only"},
  }};
  for (const auto& [known, text] : kRemedies) {
    if (known == reason) return text;
  }
  return "";
}

json::array certificates_view(const coupon::Merchant& merchant) {
  json::array all;
  for (const coupon::MerchantCertificate& each : merchant.certificates) {
    all.push_back(json::object{{"serial_no", each.certificate.serial_no},
                               {"not_before", text_of(each.certificate.not_before)},
                               {"not_after", text_of(each.certificate.not_after)},
                               {"revoked", each.revoked},
                               {"certificate_pem", each.certificate.pem}});
  }
  return all;
}

}  // namespace

json::object merchant_view(const coupon::Merchant& merchant) {
  return {{"mchid", merchant.mchid},
          {"name", merchant.name},
          {"kind", to_text(merchant.kind)},
          {"number", merchant.number},
          {"mode", to_text(merchant.mode)},
          {"gray_percent", merchant.gray_percent},
          {"event_push", merchant.event_push},
          {"api_send", merchant.api_send},
          {"has_apiv3_key", !merchant.apiv3_key.empty()},
          {"certificates", certificates_view(merchant)},
          {"children", texts_of(merchant.children)},
          {"appids", texts_of(merchant.appids)}};
}

json::object event_view(const coupon::Event& event) {
  json::object view = {{"seq", event.seq},
                       {"id", event.id},
                       {"receiver", event.receiver},
                       {"event_type", event.event_type},
                       {"stock_id", event.stock_id},
                       {"coupon_code", event.coupon_code},
                       {"create_time", text_of(event.create_time)},
                       {"state", to_text(event.state)},
                       {"in_flight", event.in_flight},
                       {"attempt_count", event.attempts},
                       {"attempts_counted", event.attempts_counted},
                       {"attempts_unknown", event.attempts_unknown},
                       {"last_attempt", text_or_null(event.last_attempt)},
                       {"finished", text_or_null(event.finished)}};
  const bool due = event.state == coupon::EventState::pending && !event.in_flight;
  view["due"] = due ? json::value(text_of(event.due)) : json::value();
  if (event.state == coupon::EventState::withheld) {
    view["withheld_reason"] = to_text(event.withheld_reason);
    view["withheld_explanation"] = remedy(event.withheld_reason);
  }
  return view;
}

json::object attempt_view(const store::Attempt& attempt, const std::string& explanation) {
  const PostPhases& phases = attempt.phases;
  const bool ended = attempt.verdict != store::Verdict::none;
  return {
      {"number", attempt.number},
      {"nonce", attempt.nonce},
      {"url", printable(attempt.url)},
      {"started", text_of(attempt.started)},
      {"finished", text_or_null(attempt.finished)},
      {"phases_ms", json::object{{"dns", millis_or_null(phases.dns)},
                                 {"connect", millis_or_null(phases.connect)},
                                 {"tls", millis_or_null(phases.tls)},
                                 {"first_byte", millis_or_null(phases.first_byte)},
                                 {"total", ended ? millis_or_null(phases.total) : json::value()}}},
      {"serial", attempt.serial},
      {"status", attempt.status},
      {"answer_head", printable(attempt.answer_head)},
      {"verdict", to_text(attempt.verdict)},
      {"explanation", printable(explanation)},
      {"counted", attempt.counted},
      {"connection_reused", attempt.connection_reused},
      {"peer", attempt.peer},
      {"detail", printable(attempt.detail)},
      {"next_due", text_or_null(attempt.next_due)}};
}

}  // namespace favorhook::admin
