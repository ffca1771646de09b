// COUPON.SEND, the event that a stock's creator hears of (protocol §4.1). Private to coupon/.
//
//   state.put(coupon_send_event(seq, coupon, identity, callback, context));
//
// Pure but for the randomness of the event's id.
#pragma once

#include <cstdint>

#include "coupon/decide.h"
#include "coupon/users.h"

namespace favorhook::coupon {

// Why the creator is not told, in the order in which a merchant would mend it; none where it is
// (protocol §2.5). `callback` is the creator's, null where none is set.
WithheldReason withheld_reason(const Merchant* creator, const Callback* callback,
                               const UrlPolicy& url_policy);

Event coupon_send_event(std::int64_t seq, const Coupon& coupon, const Identity& identity,
                        const Callback* callback, const Context& context);

}  // namespace favorhook::coupon
