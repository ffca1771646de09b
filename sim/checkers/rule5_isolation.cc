#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/checkers/evidence.h"
#include "sim/platform.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

// What a POST to a receiver that is well may wait for at most while the node is up: a burst before
// it; and where the store refuses now and then, the pauses after that.
Millis at_once(const Workload& workload) {
  return store_is_well(workload) ? 1500ms : 10s;
}

std::set<std::string> always_well(const Workload& workload) {
  std::set<std::string> mchids;
  for (std::size_t i = 0; i < workload.merchants.size(); ++i) {
    const MerchantPlan& plan = workload.merchants[i];
    const bool well = plan.first == Mode::healthy && plan.then == Mode::healthy;
    if (well && plan.setup == Setup::complete) mchids.insert(mchid_of(i));
  }
  return mchids;
}

Millis overlap(const std::vector<Span>& spans, Span with) {
  Millis sum{0};
  for (const Span& each : spans) {
    sum += std::max(Millis(0), std::min(each.to, with.to) - std::max(each.from, with.from));
  }
  return sum;
}

bool touches(const std::vector<Span>& spans, Span with) {
  return std::ranges::any_of(
      spans, [&](const Span& each) { return each.from <= with.to && with.from <= each.to; });
}

// When the first POST of the event left; nothing where none did.
std::optional<Millis> first_post(const Evidence& evidence, std::int64_t event_seq) {
  for (const store::Attempt& attempt : evidence.ledger.attempts.at(event_seq)) {
    const auto left = evidence.history.left.find(attempt.nonce);
    if (left != evidence.history.left.end()) return left->second.at;
  }
  return std::nullopt;
}

// It was withheld, and its first POST is that of a resend.
bool begins_with_a_resend(const History& history, std::int64_t event_seq) {
  const bool open = history.resends_open.contains(event_seq);
  return open || std::ranges::any_of(history.resent, [&](const Resent& each) {
           return each.event_seq == event_seq && each.first_attempt == 1;
         });
}

}  // namespace

// In true time, from the answer to the request to the first POST. What a moved clock does to due
// times is left out.
void check_isolation(const Evidence& evidence, Faults& faults) {
  const std::set<std::string> well = always_well(evidence.workload);
  const Millis bound = at_once(evidence.workload);
  std::map<std::string, Millis> answered;
  for (const Acknowledged& each : evidence.history.acknowledged) {
    answered[each.coupon_code] = each.at;
  }
  for (const coupon::Event& event : evidence.ledger.events) {
    const auto answer = answered.find(event.coupon_code);
    if (!well.contains(event.receiver) || answer == answered.end()) continue;
    if (event.state == coupon::EventState::withheld) continue;
    if (begins_with_a_resend(evidence.history, event.seq)) continue;
    const Millis from = answer->second;
    if (touches(evidence.history.other_clock, {from - 15s, from + bound})) continue;
    const auto post = first_post(evidence, event.seq);
    const Millis until = post.value_or(from + 24h);
    if (until > from + bound + overlap(evidence.history.down, {from - bound, until})) {
      faults.push_back(
          fmt::format("event {} waited for {} ms, though its receiver was well all the time",
                      event.seq, (until - from).count()));
    }
  }
}

}  // namespace favorhook::sim
