#include <fmt/format.h>

#include <set>

#include "sim/checkers/evidence.h"
#include "sim/platform.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

// What a POST to a receiver that is well may wait for at most while the node is up: a burst before
// it; and where commits are refused, the pauses after them.
Millis at_once(const Workload& workload) {
  return workload.failing_commit_one_in == 0 ? 1500ms : 10s;
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

}  // namespace

void check_isolation(const Evidence& evidence, Faults& faults) {
  const std::set<std::string> well = always_well(evidence.workload);
  for (const coupon::Event& event : evidence.ledger.events) {
    if (!well.contains(event.receiver)) continue;
    const auto& attempts = evidence.ledger.attempts.at(event.seq);
    const auto latest = event.create_time + at_once(evidence.workload) + evidence.history.down;
    if (attempts.empty() || attempts.front().started > latest) {
      faults.push_back(
          fmt::format("event {} waited, though its receiver was well all the time", event.seq));
    }
  }
}

}  // namespace favorhook::sim
