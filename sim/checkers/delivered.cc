#include <fmt/format.h>

#include <set>

#include "base/limits.h"
#include "sim/checkers/evidence.h"
#include "sim/platform.h"

namespace favorhook::sim {
namespace {

using coupon::Event;
using coupon::EventState;
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

bool is_complete(const Workload& workload, const std::string& mchid) {
  for (std::size_t i = 0; i < workload.merchants.size(); ++i) {
    if (mchid_of(i) == mchid) return workload.merchants[i].setup == Setup::complete;
  }
  return false;
}

void check_event(const Event& event, const Evidence& evidence, Faults& faults) {
  const auto well = evidence.history.healthy_since.find(event.receiver);
  if (well == evidence.history.healthy_since.end()) return;
  if (event.state == EventState::delivered) return;
  const bool exhausted_before = event.state == EventState::exhausted && event.finished &&
                                *event.finished <= well->second + kLateEnd;
  if (exhausted_before) return;
  faults.push_back(fmt::format("event {} is {}, though its receiver {} was well in time", event.seq,
                               to_text(event.state), event.receiver));
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
    const bool complete = is_complete(evidence.workload, event.receiver);
    if (complete == (event.state == EventState::withheld)) {
      faults.push_back(
          fmt::format("event {} of {} is {}", event.seq, event.receiver, to_text(event.state)));
    }
    if (complete) check_event(event, evidence, faults);
  }
}

}  // namespace favorhook::sim
