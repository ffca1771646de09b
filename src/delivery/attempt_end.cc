#include "delivery/attempt_end.h"

#include <algorithm>

#include "base/limits.h"
#include "base/probe.h"

namespace favorhook::delivery {
namespace {

using coupon::EventState;
using coupon::WithheldReason;

// An attempt begins at or after its event's due time (begin_flight), so in flight only a resend
// makes the event due later than that.
bool was_resent_in_flight(const coupon::Event& event) {
  return event.last_attempt && event.due > *event.last_attempt;
}

void take_step(coupon::Event& event, store::Attempt& attempt, Ladder ladder, BusinessTime now) {
  attempt.counted = true;
  ++event.attempts_counted;
  if (event.state != EventState::pending) return;
  if (const auto delay = next_delay(ladder, event.attempts_counted)) {
    event.due = was_resent_in_flight(event) ? now : now + *delay;
    attempt.next_due = event.due;
  } else {
    probe("delivery.exhausted");
    event.state = EventState::exhausted;
    event.finished = now;
  }
}

void due_at_once(coupon::Event& event, store::Attempt& attempt, BusinessTime now) {
  attempt.counted = false;
  if (event.state != EventState::pending) return;
  event.due = now;
  attempt.next_due = now;
}

}  // namespace

void begin_flight(coupon::Event& event, BusinessTime now) {
  event.in_flight = true;
  event.last_attempt = now;
  event.due = std::min(event.due, now);
  ++event.attempts;
}

void end_attempt(coupon::Event& event, store::Attempt& attempt, Consequence consequence,
                 Ladder ladder, BusinessTime now) {
  event.in_flight = false;
  switch (consequence) {
    case Consequence::delivered:
      attempt.counted = true;
      ++event.attempts_counted;
      event.state = EventState::delivered;
      event.withheld_reason = WithheldReason::none;
      event.finished = now;
      return;
    case Consequence::next_step:
      return take_step(event, attempt, ladder, now);
    case Consequence::at_once:
      return due_at_once(event, attempt, now);
    case Consequence::withheld:
      attempt.counted = false;
      if (event.state != EventState::pending) return;
      event.state = EventState::withheld;
      event.withheld_reason = attempt.verdict == Verdict::no_apiv3_key
                                  ? WithheldReason::no_apiv3_key
                                  : WithheldReason::host_refused;
      return;
  }
}

void end_unknown(coupon::Event& event, store::Attempt& attempt, Ladder ladder, BusinessTime now) {
  event.in_flight = false;
  attempt.verdict = Verdict::unknown;
  attempt.finished = now;
  if (event.attempts_unknown >= limits::kUnknownAttemptsMax) {
    probe("delivery.unknown_bound_reached");
    return take_step(event, attempt, ladder, now);
  }
  ++event.attempts_unknown;
  due_at_once(event, attempt, now);
}

void restart_ladder(coupon::Event& event, BusinessTime now) {
  event.state = EventState::pending;
  event.withheld_reason = WithheldReason::none;
  event.due = event.in_flight ? std::max(now, *event.last_attempt + Millis(1)) : now;
  event.ladder_from = event.in_flight ? event.attempts : event.attempts + 1;
  event.attempts_counted = 0;
  event.attempts_unknown = 0;
  event.finished.reset();
}

}  // namespace favorhook::delivery
