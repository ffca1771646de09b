#include "sim/fault_set.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace favorhook::sim {
namespace {

constexpr std::array<std::string_view, 9> kFaults = {
    "commit_queue.full",    "commit_queue.small_batch", "delivery.small_recovery",
    "store.commit_fails",   "store.due_events_fail",    "store.load_fails",
    "store.next_due_fails", "store.open_intents_fail",  "store.reader_fails",
};

constexpr std::array<std::string_view, 27> kProbes = {
    "commit_queue.full",
    "commit_queue.hook_batch_failed",
    "commit_queue.work_by_work",
    "coupon.another_day",
    "coupon.same_request_again",
    "delivery.callbacks_unreadable",
    "delivery.catching_up",
    "delivery.due_events_unreadable",
    "delivery.every_slot_taken",
    "delivery.exhausted",
    "delivery.intents_recovered",
    "delivery.nothing_to_seal_or_sign_with",
    "delivery.relapsed_while_catching_up",
    "delivery.resend_in_flight",
    "delivery.result_not_recorded",
    "delivery.second_try_on_a_new_connection",
    "delivery.unknown_bound_reached",
    "delivery.withheld_at_its_turn",
    "sim.clock_moved_back",
    "sim.key_changed_in_flight",
    "sim.power_cut_with_unsynced_writes",
    "sim.start_failed",
    "sim.stopped_in_a_sync",
    "sim.torn_write",
    "store.checkpoint_met_a_failing_disk",
    "store.commit_met_a_failing_disk",
    "store.log_written_again",
};

template <class Names>
std::size_t place_of(const Names& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  CHECK(found != names.end());
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::span<const std::string_view> fault_names() {
  return kFaults;
}

std::span<const std::string_view> probe_names() {
  return kProbes;
}

FaultSet::FaultSet(std::uint64_t seed)
    : random_(seed), one_in_(kFaults.size()), struck_(kFaults.size()), hits_(kProbes.size()) {
  CHECK(fault_points == nullptr && probes == nullptr);
  fault_points = this;
  probes = this;
}

FaultSet::~FaultSet() {
  fault_points = nullptr;
  probes = nullptr;
}

void FaultSet::enable(std::string_view name, std::uint32_t one_in) {
  one_in_[place_of(kFaults, name)] = one_in;
}

bool FaultSet::strikes(std::string_view name) {
  const std::size_t place = place_of(kFaults, name);
  const bool strikes = one_in_[place] > 0 && random_.one_in(one_in_[place]);
  if (strikes) ++struck_[place];
  return strikes;
}

void FaultSet::hit(std::string_view name) {
  ++hits_[place_of(kProbes, name)];
}

}  // namespace favorhook::sim
