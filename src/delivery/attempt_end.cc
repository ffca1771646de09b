#include "delivery/attempt_end.h"

#include "base/limits.h"

namespace favorhook::delivery {
namespace {

using coupon::EventState;
using coupon::WithheldReason;

void take_step(coupon::Event& event, store::Attempt& attempt, Ladder ladder, BusinessTime now) {
  attempt.counted = true;
  ++event.attempts_counted;
  if (event.state != EventState::pending) return;
  if (const auto delay = next_delay(ladder, event.attempts_counted)) {
    event.due = now + *delay;
    attempt.next_due = event.due;
  } else {
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
      event.withheld_reason = attempt.verdict == kNoApiv3Key.word ? WithheldReason::no_apiv3_key
                                                                  : WithheldReason::host_refused;
      return;
  }
}

void end_unknown(coupon::Event& event, store::Attempt& attempt, Ladder ladder, BusinessTime now) {
  event.in_flight = false;
  attempt.verdict = kVerdictUnknown;
  attempt.finished = now;
  if (event.attempts_unknown >= limits::kUnknownAttemptsMax)
    return take_step(event, attempt, ladder, now);
  ++event.attempts_unknown;
  due_at_once(event, attempt, now);
}

void restart_ladder(coupon::Event& event, BusinessTime now) {
  event.state = EventState::pending;
  event.withheld_reason = WithheldReason::none;
  event.due = now;
  event.attempts_counted = 0;
  event.attempts_unknown = 0;
  event.finished.reset();
}

}  // namespace favorhook::delivery
