#include "audit/event_checks.h"

#include <algorithm>
#include <ranges>
#include <span>

#include "delivery/judge.h"

namespace favorhook::audit {
namespace {

using coupon::Event;
using coupon::EventState;
using delivery::Ladder;
using store::Attempt;
using Attempts = std::vector<Attempt>;

bool is_open(const Attempt& attempt) {
  return attempt.verdict == store::Verdict::none;
}
bool took(const Attempt& attempt) {
  return attempt.verdict == store::Verdict::acknowledged;
}

// The attempts of the ladder that the event is on.
std::span<const Attempt> present_ladder(const Event& event, const Attempts& attempts) {
  const std::size_t before = event.ladder_from == 0 ? 0 : event.ladder_from - 1;
  return std::span(attempts).subspan(std::min(before, attempts.size()));
}

struct Counts {
  std::int64_t counted = 0, unknown = 0;
  void add(const Attempt& attempt) {
    counted += !is_open(attempt) && attempt.counted ? 1 : 0;
    unknown += attempt.verdict == store::Verdict::unknown && !attempt.counted ? 1 : 0;
  }
  bool operator==(const Counts&) const = default;
};

// Where it is not known with which attempt the ladder began: whether any would do.
bool some_beginning_fits(const Attempts& attempts, const Counts& wanted) {
  Counts counts;
  if (counts == wanted) return true;
  for (const Attempt& attempt : attempts | std::views::reverse) {
    counts.add(attempt);
    if (counts == wanted) return true;
  }
  return false;
}

void check_counters(const Event& event, const Attempts& attempts, Findings& findings) {
  findings.held(Check::counters);
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (attempts[i].number == i + 1) continue;
    findings.fault(Check::counters, "event {}: attempt {} stands where {} belongs", event.seq,
                   attempts[i].number, i + 1);
    break;
  }
  if (event.attempts != attempts.size()) {
    findings.fault(Check::counters, "event {} counts {} attempts, the ledger has {}", event.seq,
                   event.attempts, attempts.size());
  }
  if (event.ladder_from > event.attempts + 1) {
    findings.fault(Check::counters, "event {} begins its ladder with attempt {} of {}", event.seq,
                   event.ladder_from, event.attempts);
  }
  const Counts told{event.attempts_counted, event.attempts_unknown};
  Counts counts;
  for (const Attempt& attempt : present_ladder(event, attempts)) counts.add(attempt);
  const bool fits =
      counts == told || (event.ladder_from == 0 && some_beginning_fits(attempts, told));
  if (!fits) {
    findings.fault(Check::counters,
                   "event {} counts {} on the ladder and {} unknown, the ledger {} and {}",
                   event.seq, told.counted, told.unknown, counts.counted, counts.unknown);
  }
  const auto last = attempts.empty() ? std::nullopt : std::optional(attempts.back().started);
  if (event.last_attempt != last) {
    findings.fault(Check::counters, "event {} tells another time of its last attempt", event.seq);
  }
}

void check_in_flight(const Event& event, const Attempts& attempts, Findings& findings) {
  findings.held(Check::in_flight);
  const auto open = std::ranges::count_if(attempts, is_open);
  if (open != (event.in_flight ? 1 : 0) || (open == 1 && !is_open(attempts.back()))) {
    findings.fault(Check::in_flight, "event {} is {}in flight and has {} open attempts", event.seq,
                   event.in_flight ? "" : "not ", open);
  }
}

// What is wrong with an event's state; nothing where it is right. `ladder`: the attempts of the
// ladder that it is on.
std::string_view state_fault(const Event& event, std::span<const Attempt> ladder) {
  const bool taken = !ladder.empty() && took(ladder.back());
  const bool has_reason = event.withheld_reason != coupon::WithheldReason::none;
  switch (event.state) {
    case EventState::withheld:
      if (!has_reason) return "without a reason";
      if (taken) return "though the receiver took it";
      return event.in_flight ? "and in flight" : "";
    case EventState::pending:
      if (has_reason) return "with a reason to withhold it";
      if (event.finished) return "and has ended";
      return taken && event.ladder_from != 0 ? "though the receiver took it" : "";
    case EventState::delivered:
      if (has_reason) return "with a reason to withhold it";
      if (event.in_flight) return "and in flight";
      if (!event.finished) return "without a time";
      return taken ? "" : "though no attempt was acknowledged";
    case EventState::exhausted:
      if (has_reason) return "with a reason to withhold it";
      if (event.in_flight) return "and in flight";
      if (!event.finished) return "without a time";
      return taken ? "though the receiver took it" : "";
    case EventState::cancelled:
      return event.finished ? "" : "without a time";
  }
  return "";
}

void check_state(const Event& event, const Attempts& attempts, Findings& findings) {
  findings.held(Check::states);
  const std::string_view fault = state_fault(event, present_ladder(event, attempts));
  if (!fault.empty()) {
    findings.fault(Check::states, "event {} is {} {}", event.seq, to_text(event.state), fault);
  }
  for (const Attempt& attempt : attempts) {
    if (is_open(attempt)) continue;
    if (took(attempt) && !attempt.counted) {
      findings.fault(Check::states, "attempt {} of event {} was acknowledged and does not count",
                     attempt.number, event.seq);
    }
  }
}

void check_times(const Event& event, const Attempts& attempts, Findings& findings) {
  findings.held(Check::times, static_cast<std::int64_t>(attempts.size()));
  BusinessTime latest = event.create_time;
  const auto follows = [&](std::optional<BusinessTime> time) {
    const bool good = !time || *time + limits::kAuditClockSlack >= latest;
    if (time) latest = std::max(latest, *time);
    return good;
  };
  for (const Attempt& attempt : attempts) {
    const bool started = follows(attempt.started);
    const bool finished =
        follows(attempt.finished) && attempt.finished.has_value() != is_open(attempt);
    if (!started || !finished) {
      findings.fault(Check::times, "attempt {} of event {} has times out of order", attempt.number,
                     event.seq);
    }
  }
  if (!follows(event.finished)) {
    findings.fault(Check::times, "event {} ended before its last attempt", event.seq);
  }
}

// The longest of all ladders knows every step of the shorter ones.
std::optional<Millis> step_after(std::uint32_t counted, const EventRules& rules) {
  return delivery::next_delay(rules.ladder.value_or(Ladder::extended), counted);
}

bool may_end_after(std::uint32_t counted, const EventRules& rules) {
  return counted > 0 && !delivery::next_delay(rules.ladder.value_or(Ladder::documented), counted);
}

// When the ledger says that the next attempt is due, against the ladder. A resend while the attempt
// was under way makes it due at once; that attempt is then the first of its ladder.
std::string_view due_fault(const Attempt& attempt, std::uint32_t counted, bool first,
                           const EventRules& rules) {
  if (is_open(attempt) || !attempt.finished || !attempt.next_due) return "";
  const auto step = attempt.counted ? step_after(counted, rules) : std::optional(Millis(0));
  if (!step) return "is followed by another beyond the ladder's end";
  const Millis after = *attempt.next_due - *attempt.finished;
  if (after > *step + limits::kAuditRecordSlack) return "is followed later than its ladder says";
  if (after < (first ? Millis(0) : *step)) return "is followed sooner than its ladder says";
  return "";
}

void check_ladder(const Event& event, const Attempts& attempts, const EventRules& rules,
                  Findings& findings) {
  if (event.ladder_from == 0) return;
  findings.held(Check::ladder);
  const auto ladder = present_ladder(event, attempts);
  std::uint32_t counted = 0;
  for (const Attempt& attempt : ladder) {
    if (!is_open(attempt) && attempt.counted) ++counted;
    const bool first = attempt.number == event.ladder_from;
    const std::string_view fault = due_fault(attempt, counted, first, rules);
    if (!fault.empty()) {
      findings.fault(Check::ladder, "attempt {} of event {} {}", attempt.number, event.seq, fault);
    }
  }
  if (event.state == EventState::exhausted && !may_end_after(counted, rules)) {
    findings.fault(Check::ladder, "event {} is exhausted after {} counted attempts", event.seq,
                   counted);
  }
  const bool waits = event.state == EventState::pending && !event.in_flight && !ladder.empty();
  if (waits && ladder.back().next_due != event.due) {
    findings.fault(Check::ladder, "event {} is due at another time than its last attempt said",
                   event.seq);
  }
}

}  // namespace

void check_event(const Event& event, const Attempts& attempts, const EventRules& rules,
                 Findings& findings) {
  check_counters(event, attempts, findings);
  check_in_flight(event, attempts, findings);
  check_state(event, attempts, findings);
  if (!rules.clock_moved) check_times(event, attempts, findings);
  check_ladder(event, attempts, rules, findings);
}

}  // namespace favorhook::audit
