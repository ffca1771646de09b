// The fixed set: seeds of the whole node, worlds that are bent towards a rare case, and the
// simulation's own properties. A seed that fails is printed;
// run it alone with tools/sim --seeds 1 --from SEED.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/log.h"
#include "sim/fault_set.h"
#include "sim/sim_random.h"
#include "sim/virtual_time.h"
#include "sim/world.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSeeds = FAVORHOOK_SIM_SEEDS;

// Everything in here together must come by every probe.
class FixedSet : public testing::Test {
 protected:
  static void SetUpTestSuite() { set_log_level(LogLevel::none); }

  static void TearDownTestSuite() {
    set_log_level(LogLevel::info);
    const testing::TestSuite& all = *testing::UnitTest::GetInstance()->current_test_suite();
    if (all.test_to_run_count() != all.total_test_count()) return;
    for (std::size_t i = 0; i < hits().size(); ++i) {
      EXPECT_GT(hits()[i], 0u) << "nothing came by the probe " << probe_names()[i];
    }
  }

  static Outcome run(std::uint64_t seed, const Workload& workload) {
    Outcome outcome = run_world(seed, workload);
    for (const std::string& fault : outcome.faults) {
      ADD_FAILURE() << "seed " << seed << ": " << fault;
    }
    for (std::size_t i = 0; i < hits().size(); ++i) hits()[i] += outcome.hits[i];
    return outcome;
  }

  static std::uint64_t hits_of(const Outcome& outcome, std::string_view probe) {
    const auto found = std::ranges::find(probe_names(), probe);
    return outcome.hits.at(static_cast<std::size_t>(found - probe_names().begin()));
  }

 private:
  static std::vector<std::uint64_t>& hits() {
    static std::vector<std::uint64_t> sums(probe_names().size());
    return sums;
  }
};

TEST_F(FixedSet, SeedsHoldWhatMustAlwaysHold) {
  std::uint64_t events = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    events += run(seed, workload_of(seed)).events;
  }
  EXPECT_GT(events, kSeeds);
}

MerchantPlan merchant(Mode first, Mode then, Millis changes_at, std::uint32_t coupons) {
  MerchantPlan plan;
  plan.first = first;
  plan.then = then;
  plan.changes_at = changes_at;
  plan.coupons = coupons;
  plan.max_coupons = 1000;
  return plan;
}

TEST_F(FixedSet, ADeadReceiverThatReturnsGetsEverything) {
  Workload workload;
  workload.merchants = {merchant(Mode::dead, Mode::healthy, 5min, 40)};
  workload.sending_time = 1min;
  const Outcome outcome = run(1, workload);
  EXPECT_EQ(outcome.events, 40u);
  EXPECT_EQ(outcome.delivered, 40u);
  EXPECT_GE(outcome.attempts, 40u * 4);
}

TEST_F(FixedSet, AReceiverThatStaysDeadExhaustsItsLadderAndNoMore) {
  Workload workload;
  workload.merchants = {merchant(Mode::dead, Mode::dead, 0min, 3)};
  workload.sending_time = 1s;
  const Outcome outcome = run(2, workload);
  EXPECT_EQ(outcome.delivered, 0u);
  EXPECT_EQ(outcome.attempts, 3u * 11);
}

TEST_F(FixedSet, ACrashBetweenPostAndRecordSendsAgain) {
  Workload workload;
  workload.merchants = {merchant(Mode::healthy, Mode::healthy, 0min, 10)};
  workload.sending_time = 10s;
  workload.crash_after_post_one_in = 1;
  const Outcome outcome = run(3, workload);
  EXPECT_EQ(outcome.crashes, workload.crashes_max);
  EXPECT_EQ(outcome.delivered, 10u);
  EXPECT_GT(outcome.posts_seen, 10u) << "some were seen and not recorded";
}

TEST_F(FixedSet, SilentReceiversThatCouldFillTheNodeHoldNobodyUp) {
  Workload workload;
  for (int i = 0; i < 4; ++i) {
    workload.merchants.push_back(merchant(Mode::silent, Mode::silent, 0min, 100));
  }
  workload.merchants.push_back(merchant(Mode::healthy, Mode::healthy, 0min, 60));
  workload.sending_time = 10s;
  workload.in_flight_max = 60;
  const Outcome outcome = run(4, workload);
  EXPECT_EQ(outcome.delivered, 60u);
}

TEST_F(FixedSet, AnEventWhoseNodeDiesAtEachOfItsPostsCountsThemFromABoundOn) {
  Workload workload;
  workload.merchants = {merchant(Mode::slow, Mode::slow, 0min, 1)};
  workload.crash_after_post_one_in = 1;
  workload.crashes_max = limits::kUnknownAttemptsMax + 4;
  const Outcome outcome = run(5, workload);
  EXPECT_EQ(outcome.delivered, 1u);
  EXPECT_GT(hits_of(outcome, "delivery.unknown_bound_reached"), 0u);
}

TEST_F(FixedSet, KeysThatChangeUnderLoadAreUsedFromTheirCommitOn) {
  Workload workload;
  workload.merchants = {merchant(Mode::healthy, Mode::healthy, 0min, 400)};
  workload.sending_time = 30s;
  workload.key_changes = 2000;  // over a quarter of an hour
  const Outcome outcome = run(6, workload);
  EXPECT_EQ(outcome.delivered, 400u);
  EXPECT_GT(hits_of(outcome, "sim.key_changed_in_flight"), 0u);
}

TEST_F(FixedSet, AKeyThatIsTakenAwayInTheBatchThatLaunchesWithholds) {
  Workload workload;
  workload.merchants = {merchant(Mode::healthy, Mode::healthy, 0min, 900)};
  workload.sending_time = 1min;
  workload.sync_max = 300ms;  // so that batches are large
  workload.switch_changes = 300;
  const Outcome outcome = run(7, workload);
  EXPECT_LT(outcome.delivered, 900u);
  EXPECT_GT(hits_of(outcome, "delivery.nothing_to_seal_or_sign_with"), 0u);
}

TEST_F(FixedSet, NothingIsBuiltOnACommitWhoseSyncFailed) {
  Workload workload;
  workload.merchants = {merchant(Mode::healthy, Mode::healthy, 0min, 60)};
  workload.sending_time = 2min;
  workload.disk.sync_fails_one_in = 25;
  workload.crashes_at_random = 20;
  workload.crashes_max = 30;
  EXPECT_EQ(run(8, workload).delivered, 60u);
}

TEST_F(FixedSet, AResendDuringAnAttemptIsSeen) {
  Workload workload;
  workload.merchants = {merchant(Mode::silent, Mode::healthy, 10min, 10)};
  workload.sending_time = 10min;
  workload.resends = 400;
  EXPECT_GT(hits_of(run(9, workload), "delivery.resend_in_flight"), 0u);
}

TEST_F(FixedSet, AStartThatCannotReadItsIntentsIsTriedAgain) {
  Workload workload;
  workload.merchants = {merchant(Mode::healthy, Mode::healthy, 0min, 20)};
  workload.sending_time = 1min;
  workload.crash_after_post_one_in = 2;
  workload.fault_points = {{"store.open_intents_fail", 2}};
  const Outcome outcome = run(10, workload);
  EXPECT_EQ(outcome.delivered, 20u);
  EXPECT_GT(hits_of(outcome, "sim.start_failed"), 0u);
}

TEST_F(FixedSet, TheSameSeedIsTheSameRun) {
  for (const std::uint64_t seed : {7u, 8u, 9u}) {
    const Outcome first = run_world(seed, workload_of(seed));
    const Outcome again = run_world(seed, workload_of(seed));
    EXPECT_EQ(first.trace, again.trace);
    EXPECT_EQ(first.disk_operations, again.disk_operations);
    EXPECT_EQ(first.virtual_time, again.virtual_time);
  }
}

TEST(SimExecutor, RunsTasksInTheOrderOfTheirTimes) {
  SimClocks clocks;
  SimExecutor executor(clocks);
  std::string order;
  executor.after(20ms, [&] { order += 'c'; });
  executor.after(10ms, [&] {
    order += 'a';
    executor.post([&] { order += 'b'; });
  });
  while (executor.run_next()) {
  }
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(clocks.elapsed(), 20ms);
}

TEST(SimExecutor, TasksDieWithTheirOwner) {
  SimClocks clocks;
  SimExecutor executor(clocks);
  bool ran = false;
  {
    MortalExecutor mortal(executor);
    mortal.after(1ms, [&] { ran = true; });
  }
  EXPECT_TRUE(executor.run_next());
  EXPECT_FALSE(ran);
}

// The first words of xoshiro256** for a state filled by splitmix64 from 0, so that a seed means the
// same everywhere.
TEST(SimRandom, GivesTheSameSequenceEverywhere) {
  SimRandom random(0);
  std::array<std::uint8_t, 8> bytes;
  random.fill(bytes);
  std::uint64_t word = 0;
  for (int i = 7; i >= 0; --i) word = word << 8 | bytes[static_cast<std::size_t>(i)];
  EXPECT_EQ(word, 0x99ec5f36cb75f2b4u);
}

}  // namespace
}  // namespace favorhook::sim
