#include <fmt/format.h>

#include <ranges>
#include <set>

#include "base/check.h"
#include "base/limits.h"
#include "sim/checkers/evidence.h"
#include "sim/platform.h"

namespace favorhook::sim {
namespace {

using coupon::Event;
using coupon::EventState;
using coupon::WithheldReason;
using namespace std::chrono_literals;

// An attempt that started before the receiver was well may end that much later, with a refused
// commit and a crash or two in between.
constexpr Millis kLateEnd = limits::kAttemptTime + 60s;

std::set<std::string> events_acknowledged(const History& history) {
  std::set<std::string> ids;
  for (const SeenPost& post : history.seen) {
    if (post.answered == 200 || post.answered == 204) ids.insert(post.event_id);
  }
  return ids;
}

Setup setup_of(const Workload& workload, const std::string& mchid) {
  std::size_t i = 0;
  while (mchid_of(i) != mchid) ++i;
  return workload.merchants.at(i).setup;
}

WithheldReason reason_of(Setup setup) {
  switch (setup) {
    case Setup::complete:
      return WithheldReason::none;
    case Setup::no_url:
      return WithheldReason::no_url;
    case Setup::no_apiv3_key:
      return WithheldReason::no_apiv3_key;
    case Setup::push_off:
      return WithheldReason::push_off;
    case Setup::host_refused:
      return WithheldReason::host_refused;
  }
  CHECK(false && "a setup without a reason");
}

// When its last POST ended, as far as anybody saw it.
std::optional<Millis> last_end(const Event& event, const Evidence& evidence) {
  for (const store::Attempt& attempt :
       evidence.ledger.attempts.at(event.seq) | std::views::reverse) {
    const auto left = evidence.history.left.find(attempt.nonce);
    if (left != evidence.history.left.end()) return left->second.ended.value_or(left->second.at);
  }
  return std::nullopt;
}

void check_arrived(const Event& event, const Evidence& evidence, Faults& faults) {
  const auto well = evidence.history.healthy_since.find(event.receiver);
  if (well == evidence.history.healthy_since.end()) return;
  if (event.state == EventState::delivered) return;
  const auto end = last_end(event, evidence);
  const bool exhausted_before =
      event.state == EventState::exhausted && end && *end <= well->second + kLateEnd;
  if (exhausted_before) return;
  faults.push_back(fmt::format("event {} is {}, though its receiver {} was well in time", event.seq,
                               to_text(event.state), event.receiver));
}

// Withheld only for a reason that there was at some time; always where it was there all the time.
void check_event(const Event& event, const Evidence& evidence, Faults& faults) {
  const bool withheld = event.state == EventState::withheld;
  const WithheldReason lasting = reason_of(setup_of(evidence.workload, event.receiver));
  const auto tried = evidence.history.reasons.find(event.receiver);
  const bool explained =
      event.withheld_reason == lasting ||
      (tried != evidence.history.reasons.end() && tried->second.contains(event.withheld_reason));
  if ((lasting != WithheldReason::none && !withheld) || (withheld && !explained)) {
    faults.push_back(fmt::format("event {} of {} is {} ({})", event.seq, event.receiver,
                                 to_text(event.state), to_text(event.withheld_reason)));
  }
  if (lasting == WithheldReason::none && !withheld) check_arrived(event, evidence, faults);
}

}  // namespace

void check_delivered(const Evidence& evidence, Faults& faults) {
  const std::set<std::string> acknowledged = events_acknowledged(evidence.history);
  for (const Event& event : evidence.ledger.events) {
    if (event.state == EventState::pending || event.in_flight) {
      faults.push_back(fmt::format("event {} is pending, and nothing will move it", event.seq));
    }
    if (event.state == EventState::delivered && !acknowledged.contains(event.id)) {
      faults.push_back(fmt::format("event {} is delivered, and no receiver took it", event.seq));
    }
    check_event(event, evidence, faults);
  }
}

}  // namespace favorhook::sim
