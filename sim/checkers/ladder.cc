#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "sim/checkers/evidence.h"

namespace favorhook::sim {
namespace {

using coupon::Event;
using coupon::EventState;
using store::Attempt;

using Times = std::vector<BusinessTime>;  // sorted

bool any_in(const Times& times, BusinessTime after, BusinessTime until) {
  const auto found = std::ranges::upper_bound(times, after);
  return found != times.end() && *found <= until;
}

// When each receiver was known to be well: its acknowledgements, which may start a catching up.
std::map<std::string, Times> acknowledgements(const Ledger& ledger) {
  std::map<std::string, Times> times;
  for (const Event& event : ledger.events) {
    for (const Attempt& attempt : ledger.attempts.at(event.seq)) {
      if (attempt.verdict == store::Verdict::acknowledged)
        times[event.receiver].push_back(*attempt.finished);
    }
  }
  for (auto& [receiver, each] : times) std::ranges::sort(each);
  return times;
}

// The resends of an event: the attempt with which each ladder begins again, and whether it had
// begun before.
using Restarts = std::map<std::uint32_t, bool>;

class LadderOfEvent {
 public:
  LadderOfEvent(const Event& event, const Evidence& evidence, const Times& acknowledged,
                const Restarts& restarts, Faults& faults)
      : event_(event),
        attempts_(evidence.ledger.attempts.at(event.seq)),
        acknowledged_(acknowledged),
        restarts_(restarts),
        ladder_(evidence.workload.ladder),
        clock_is_true_(evidence.history.other_clock.empty()),
        faults_(faults) {}

  void check() {
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
      const Attempt& attempt = attempts_[i];
      if (restarts_.contains(attempt.number)) counted_ = unknown_ = 0;
      if (attempt.counted) ++counted_;
      if (is_uncounted(attempt) == attempt.counted)
        fault("counts what it must not, or does not count what it must");
      if (i + 1 < attempts_.size()) check_step(attempt, attempts_[i + 1]);
    }
    check_end();
  }

 private:
  // Unknown outcomes count from kUnknownAttemptsMax on.
  bool is_uncounted(const Attempt& attempt) {
    if (attempt.verdict == store::Verdict::unknown)
      return ++unknown_ <= limits::kUnknownAttemptsMax;
    return attempt.verdict == store::Verdict::connection_lost ||
           attempt.verdict == store::Verdict::no_apiv3_key;
  }

  void check_step(const Attempt& attempt, const Attempt& next) {
    if (next.number != attempt.number + 1) fault("has attempts that do not follow one another");
    const bool resent = restarts_.contains(next.number);
    if (attempt.verdict == store::Verdict::acknowledged && !resent) {
      fault("was tried again though it was taken");
    }
    if (!attempt.counted || !attempt.finished) return;
    const auto delay = delivery::next_delay(ladder_, counted_);
    if (resent || resent_under_way(attempt)) return;
    if (!delay) return fault("was tried again beyond the end of its ladder");
    if (any_in(acknowledged_, attempt.started, next.started)) return;  // caught up
    if (!clock_is_true_) return;
    if (next.started < *attempt.finished + *delay) fault("was tried again before its step");
  }

  void check_end() {
    if (restarts_.contains(event_.attempts + 1)) counted_ = 0;
    if (event_.attempts_counted != counted_) {
      fault(fmt::format("tells of {} counted attempts, the ledger of {}", event_.attempts_counted,
                        counted_));
    }
    const bool at_the_end = counted_ > 0 && !delivery::next_delay(ladder_, counted_);
    if (event_.state == EventState::exhausted && !at_the_end) fault("was exhausted too early");
  }

  bool resent_under_way(const Attempt& attempt) const {
    const auto found = restarts_.find(attempt.number);
    return found != restarts_.end() && found->second;
  }

  void fault(std::string_view what) {
    faults_.push_back(fmt::format("event {} {}", event_.seq, what));
  }

  const Event& event_;
  const std::vector<Attempt>& attempts_;
  const Times& acknowledged_;
  const Restarts& restarts_;
  delivery::Ladder ladder_;
  bool clock_is_true_;
  Faults& faults_;
  std::uint32_t counted_ = 0;
  std::uint32_t unknown_ = 0;
};

}  // namespace

void check_ladder(const Evidence& evidence, Faults& faults) {
  std::map<std::string, Times> acknowledged = acknowledgements(evidence.ledger);
  std::map<std::int64_t, Restarts> restarts;
  for (const Resent& each : evidence.history.resent) {
    bool& under_way = restarts[each.event_seq][each.first_attempt];
    under_way = under_way || each.under_way;
  }
  for (const Event& event : evidence.ledger.events) {
    // It may have begun again, and nobody knows where.
    if (evidence.history.resends_open.contains(event.seq)) continue;
    LadderOfEvent(event, evidence, acknowledged[event.receiver], restarts[event.seq], faults)
        .check();
  }
}

}  // namespace favorhook::sim
