// A short history, and a stop at every write, truncation, sync and removal that its disk does: each
// time the node starts again on what the stop left, the history goes on to its end, and everything
// is checked. Sanitized builds take every FAVORHOOK_SIM_EVERY-th operation.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "sim/world.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kEvery = FAVORHOOK_SIM_EVERY;
constexpr std::uint64_t kSeeds = 2;  // of how the stop leaves the files, among other things

// One receiver that is well and one that comes back, a resend, a changed URL, a changed key, and a
// checkpoint every few commits.
Workload short_history() {
  Workload workload;
  MerchantPlan well;
  well.coupons = 3;
  well.max_coupons = 2;
  MerchantPlan returning;
  returning.first = Mode::failing;
  returning.changes_at = 30s;
  returning.coupons = 2;
  returning.max_coupons = 1000;
  workload.merchants = {well, returning};
  workload.sending_time = 2s;
  workload.resends = 1;
  workload.url_changes = 1;
  workload.key_changes = 1;
  workload.checkpoint_pages = 8;
  return workload;
}

class EveryOperation : public testing::Test {
 protected:
  EveryOperation() { set_log_level(LogLevel::none); }
  ~EveryOperation() override { set_log_level(LogLevel::info); }

  static void may_be_the_last(DiskStop kind) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      Workload workload = short_history();
      const std::uint64_t operations = run_world(seed, workload).disk_operations;
      ASSERT_GT(operations, 100u);
      workload.stop_kind = kind;
      for (std::uint64_t last = seed; last <= operations; last += kEvery) {
        workload.stop_at_operation = last;
        const Outcome outcome = run_world(seed, workload);
        EXPECT_EQ(outcome.crashes, 1u) << "operation " << last << " of seed " << seed;
        for (const std::string& fault : outcome.faults) {
          ADD_FAILURE() << "operation " << last << " of seed " << seed << ": " << fault;
        }
      }
    }
  }
};

TEST_F(EveryOperation, MayBeTheLastBeforeThePowerIsCut) {
  may_be_the_last(DiskStop::power);
}

TEST_F(EveryOperation, MayBeTheLastBeforeTheProcessEnds) {
  may_be_the_last(DiskStop::process);
}

}  // namespace
}  // namespace favorhook::sim
