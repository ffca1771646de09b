#include "coupon/coupon_event.h"

#include <boost/json/object.hpp>

#include "apiv3/json.h"
#include "base/ids.h"
#include "base/time_text.h"
#include "coupon/event_kinds.h"

namespace favorhook::coupon {
namespace {

// Members in the order of live notices (protocol §4.1), two of which the documents do not say:
// attach_info is an empty text where there is nothing to attach, and send_req_no is the request
// number of the send.
std::string send_plaintext(const Coupon& coupon, const Identity& identity) {
  return apiv3::to_ordered_json(boost::json::object{
      {"event_type", "EVENT_TYPE_BUSICOUPON_SEND"},
      {"coupon_code", coupon.coupon_code},
      {"stock_id", coupon.stock_id},
      {"send_time", to_rfc3339(coupon.send_time)},
      {"openid", identity.openid},
      {"unionid", identity.unionid},
      {"send_channel", "BUSICOUPON_SEND_CHANNEL_API"},
      {"send_merchant", coupon.send_merchant},
      {"attach_info", ""},
      {"send_req_no", coupon.out_request_no},
  });
}

}  // namespace

WithheldReason withheld_reason(const Merchant* creator, const Callback* callback,
                               const UrlPolicy& url_policy) {
  if (creator == nullptr || !creator->event_push) return WithheldReason::push_off;
  if (creator->apiv3_key.empty()) return WithheldReason::no_apiv3_key;
  if (callback == nullptr) return WithheldReason::no_url;
  if (url_policy.host_refused(callback->notify_url)) return WithheldReason::host_refused;
  return WithheldReason::none;
}

Event coupon_send_event(std::int64_t seq, const Coupon& coupon, const Identity& identity,
                        const Callback* callback, const Context& context) {
  Event event;
  event.seq = seq;
  event.id = uuid_v7(context.now, context.random);
  event.receiver = coupon.creator_mchid;
  event.event_type = kCouponSend.event_type;
  event.stock_id = coupon.stock_id;
  event.coupon_code = coupon.coupon_code;
  event.create_time = context.now;
  event.plaintext = send_plaintext(coupon, identity);
  event.withheld_reason =
      withheld_reason(context.directory.find(coupon.creator_mchid), callback, context.url_policy);
  event.state =
      event.withheld_reason == WithheldReason::none ? EventState::pending : EventState::withheld;
  event.due = context.now;
  return event;
}

}  // namespace favorhook::coupon
