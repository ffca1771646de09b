#include "sim/workload.h"

#include <array>
#include <utility>

#include "base/check.h"
#include "sim/sim_random.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<Mode, std::string_view>, 7> kModes = {{
    {Mode::healthy, "healthy"},
    {Mode::slow, "slow"},
    {Mode::failing, "failing"},
    {Mode::dead, "dead"},
    {Mode::flaky, "flaky"},
    {Mode::gone, "gone"},
    {Mode::silent, "silent"},
}};

constexpr std::array kSetups = {Setup::no_url, Setup::no_apiv3_key, Setup::push_off,
                                Setup::host_refused};

MerchantPlan merchant_of(SimRandom& random, delivery::Ladder ladder) {
  MerchantPlan plan;
  if (random.one_in(8)) plan.setup = kSetups[random.below(kSetups.size())];
  plan.first = random.one_in(3) ? Mode::healthy : kModes[random.below(kModes.size())].first;
  plan.then = random.one_in(6) ? kModes[random.below(kModes.size())].first : Mode::healthy;
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

}  // namespace

std::string_view to_text(Mode mode) {
  for (const auto& [value, text] : kModes) {
    if (value == mode) return text;
  }
  CHECK(false && "a mode without a word");
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
  workload.crash_in_commit_one_in = sometimes(random, 20, 200);
  workload.failing_commit_one_in = sometimes(random, 5, 100);
  workload.resends = random.one_in(2) ? static_cast<std::uint32_t>(random.below(6)) : 0;
  if (random.one_in(3)) workload.in_flight_max = 40;
  workload.real_signatures = random.one_in(20);
  return workload;
}

}  // namespace favorhook::sim
