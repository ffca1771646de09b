#include "sim/workload.h"

#include <array>

#include "sim/fault_set.h"
#include "sim/sim_random.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array kModes = {Mode::healthy, Mode::slow, Mode::failing, Mode::dead,
                               Mode::flaky,   Mode::gone, Mode::silent};
constexpr std::array kSetups = {Setup::no_url, Setup::no_apiv3_key, Setup::push_off,
                                Setup::host_refused};

MerchantPlan merchant_of(SimRandom& random, delivery::Ladder ladder) {
  MerchantPlan plan;
  if (random.one_in(8)) plan.setup = kSetups[random.below(kSetups.size())];
  plan.first = random.one_in(3) ? Mode::healthy : kModes[random.below(kModes.size())];
  plan.then = random.one_in(6) ? kModes[random.below(kModes.size())] : Mode::healthy;
  const Millis longest = ladder == delivery::Ladder::documented ? 20min : 30h;
  plan.changes_at = random.one_in(2) ? random.between(0min, 9min) : random.between(0min, longest);
  plan.coupons = static_cast<std::uint32_t>(random.below(random.one_in(4) ? 100 : 20));
  plan.max_coupons = random.one_in(4) ? 1 + static_cast<std::uint32_t>(random.below(20)) : 1000;
  return plan;
}

std::uint32_t sometimes(SimRandom& random, std::uint32_t one_in_low, std::uint32_t one_in_high) {
  if (random.one_in(2)) return 0;
  return one_in_low + static_cast<std::uint32_t>(random.below(one_in_high - one_in_low));
}

// How often disks fail, in operations: a run has some hundreds to some thousands of them.
void break_disk(Workload& workload, SimRandom& random) {
  workload.disk.stop_one_in = sometimes(random, 100, 3000);
  if (random.one_in(3)) workload.disk.sync_fails_one_in = sometimes(random, 50, 500);
  if (random.one_in(3)) workload.disk.write_fails_one_in = sometimes(random, 200, 3000);
  if (random.one_in(3)) workload.disk.read_fails_one_in = sometimes(random, 50, 1000);
  if (random.one_in(3)) workload.full_disks = static_cast<std::uint32_t>(random.below(3));
  constexpr std::array kPages = {8, 32, 128, limits::kCheckpointPages};
  workload.checkpoint_pages = kPages[random.below(kPages.size())];
}

void change_things(Workload& workload, SimRandom& random) {
  const auto some = [&random](std::uint64_t most) {
    return random.one_in(2) ? 0 : static_cast<std::uint32_t>(random.below(most));
  };
  workload.resends = some(6);
  workload.key_changes = some(8);
  workload.url_changes = some(5);
  if (random.one_in(3)) workload.switch_changes = some(5);
  if (random.one_in(3)) workload.clock_moves = some(6);
}

}  // namespace

bool store_is_well(const Workload& workload) {
  const DiskFaults& disk = workload.disk;
  return workload.fault_points.empty() && workload.full_disks == 0 && disk.read_fails_one_in == 0;
}

Workload workload_of(std::uint64_t seed) {
  SimRandom random(seed ^ 0x776f'726b'6c6f'6164);  // another sequence than the run itself
  Workload workload;
  if (random.one_in(3)) workload.ladder = delivery::Ladder::extended;
  const std::uint64_t merchants = 1 + random.below(5);
  for (std::uint64_t i = 0; i < merchants; ++i) {
    workload.merchants.push_back(merchant_of(random, workload.ladder));
  }
  workload.sending_time = random.one_in(3) ? random.between(0s, 3s) : random.between(1s, 10min);
  workload.crashes_at_random = random.one_in(2) ? static_cast<std::uint32_t>(random.below(5)) : 0;
  workload.crash_after_post_one_in = sometimes(random, 5, 60);
  if (!random.one_in(4)) break_disk(workload, random);
  if (random.one_in(4)) workload.sync_max = 100ms;
  change_things(workload, random);
  if (random.one_in(3)) {
    for (const std::string_view name : fault_names()) {
      if (random.one_in(3))
        workload.fault_points.push_back({name, 10 + static_cast<std::uint32_t>(random.below(90))});
    }
  }
  if (random.one_in(3)) {
    workload.request_lost_one_in = sometimes(random, 5, 50);
    workload.answer_lost_one_in = sometimes(random, 5, 50);
  }
  if (random.one_in(3)) workload.in_flight_max = 40;
  return workload;
}

}  // namespace favorhook::sim
