// What the beginning and the end of an attempt do to its event: the step into flight, and from
// there to delivered, due again, exhausted or withheld.
//
//   end_attempt(event, attempt, Consequence::next_step, Ladder::documented, now);
//
// The attempt's verdict and finish are filled in already; here its count and next due time are. An
// event that was cancelled while the attempt was under way stays so, unless the receiver has taken
// it. Pure functions.
#pragma once

#include "delivery/judge.h"
#include "delivery/ladder.h"
#include "store/rows.h"

namespace favorhook::delivery {

void begin_flight(coupon::Event& event, BusinessTime now);

void end_attempt(coupon::Event& event, store::Attempt& attempt, Consequence consequence,
                 Ladder ladder, BusinessTime now);

// A crash came between the intent and the result: due at once and not counted, up to
// kUnknownAttemptsMax; then it counts like any failure, so that a crash loop does not POST for
// ever.
void end_unknown(coupon::Event& event, store::Attempt& attempt, Ladder ladder, BusinessTime now);

// Makes the event due now with its ladder from the start, whatever its state. An attempt under way
// goes on and is the ladder's first; where it fails the next one follows at once.
void restart_ladder(coupon::Event& event, BusinessTime now);

}  // namespace favorhook::delivery
