#include <fmt/format.h>

#include "sim/checkers/evidence.h"

namespace favorhook::sim {

// The counters are kept beside the rows, so the rows are counted here: both must tell the same of
// each state.
void check_accounting(const Evidence& evidence, Faults& faults) {
  using Key = std::pair<std::string, coupon::EventState>;
  std::map<Key, std::int64_t> rows;
  std::map<std::string, std::int64_t> accepted;
  for (const coupon::Event& event : evidence.ledger.events) {
    ++rows[{event.receiver, event.state}];
    ++accepted[event.receiver];
  }
  std::map<Key, std::int64_t> counted;
  for (const store::EventCount& each : evidence.ledger.counts) {
    if (each.count != 0) counted[{each.receiver, each.state}] += each.count;
    accepted[each.receiver] -= each.count;
  }
  for (const auto& [receiver, rest] : accepted) {
    if (rest != 0) {
      faults.push_back(fmt::format("merchant {}: {} events are in no state", receiver, rest));
    }
  }
  if (rows != counted) faults.push_back("the counts of events by state are not those of the rows");
  for (const coupon::Event& event : evidence.ledger.events) {
    const bool reason = event.withheld_reason != coupon::WithheldReason::none;
    if (reason != (event.state == coupon::EventState::withheld)) {
      faults.push_back(fmt::format("event {} is {} with the reason {}", event.seq,
                                   to_text(event.state), to_text(event.withheld_reason)));
    }
  }
}

}  // namespace favorhook::sim
