// 200 seeds of the whole node, and the simulation's own properties. A seed that fails is printed;
// run it alone with tools/sim --seeds 1 --from SEED.
#include <gtest/gtest.h>

#include "base/log.h"
#include "sim/sim_random.h"
#include "sim/virtual_time.h"
#include "sim/world.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSeeds = 200;
constexpr std::uint64_t kGroups = 10;  // so that a parallel run of the tests can share the work

class Seeds : public testing::TestWithParam<std::uint64_t> {
 protected:
  static void SetUpTestSuite() { set_log_level(LogLevel::none); }
  static void TearDownTestSuite() { set_log_level(LogLevel::info); }
};

TEST_P(Seeds, HoldWhatMustAlwaysHold) {
  std::uint64_t events = 0;
  for (std::uint64_t seed = GetParam(); seed < GetParam() + kSeeds / kGroups; ++seed) {
    const Outcome outcome = run_world(seed, workload_of(seed));
    for (const std::string& fault : outcome.faults)
      ADD_FAILURE() << "seed " << seed << ": " << fault;
    events += outcome.events;
  }
  EXPECT_GT(events, 0u);
}

INSTANTIATE_TEST_SUITE_P(TwoHundred, Seeds,
                         testing::Range<std::uint64_t>(1, kSeeds, kSeeds / kGroups));

MerchantPlan merchant(Mode first, Mode then, Millis changes_at, std::uint32_t coupons) {
  MerchantPlan plan;
  plan.first = first;
  plan.then = then;
  plan.changes_at = changes_at;
  plan.coupons = coupons;
  plan.max_coupons = 1000;
  return plan;
}

class OneWorld : public testing::Test {
 protected:
  OneWorld() { set_log_level(LogLevel::none); }
  ~OneWorld() override { set_log_level(LogLevel::info); }
};

TEST_F(OneWorld, ADeadReceiverThatReturnsGetsEverything) {
  Workload workload;
  workload.merchants = {merchant(Mode::dead, Mode::healthy, 5min, 40)};
  workload.sending_time = 1min;
  const Outcome outcome = run_world(1, workload);
  EXPECT_EQ(outcome.faults, std::vector<std::string>{});
  EXPECT_EQ(outcome.events, 40u);
  EXPECT_EQ(outcome.delivered, 40u);
  EXPECT_GE(outcome.attempts, 40u * 4);
}

TEST_F(OneWorld, AReceiverThatStaysDeadExhaustsItsLadderAndNoMore) {
  Workload workload;
  workload.merchants = {merchant(Mode::dead, Mode::dead, 0min, 3)};
  workload.sending_time = 1s;
  const Outcome outcome = run_world(2, workload);
  EXPECT_EQ(outcome.faults, std::vector<std::string>{});
  EXPECT_EQ(outcome.delivered, 0u);
  EXPECT_EQ(outcome.attempts, 3u * 11);
}

TEST_F(OneWorld, ACrashBetweenPostAndRecordSendsAgain) {
  Workload workload;
  workload.merchants = {merchant(Mode::healthy, Mode::healthy, 0min, 10)};
  workload.sending_time = 10s;
  workload.crash_after_post_one_in = 1;
  const Outcome outcome = run_world(3, workload);
  EXPECT_EQ(outcome.faults, std::vector<std::string>{});
  EXPECT_EQ(outcome.crashes, workload.crashes_max);
  EXPECT_EQ(outcome.delivered, 10u);
  EXPECT_GT(outcome.posts_seen, 10u) << "some were seen and not recorded";
}

TEST_F(OneWorld, SilentReceiversThatCouldFillTheNodeHoldNobodyUp) {
  Workload workload;
  for (int i = 0; i < 4; ++i) {
    workload.merchants.push_back(merchant(Mode::silent, Mode::silent, 0min, 100));
  }
  workload.merchants.push_back(merchant(Mode::healthy, Mode::healthy, 0min, 60));
  workload.sending_time = 10s;
  workload.in_flight_max = 60;
  const Outcome outcome = run_world(4, workload);
  EXPECT_EQ(outcome.faults, std::vector<std::string>{});
  EXPECT_EQ(outcome.delivered, 60u);
}

TEST_F(OneWorld, TheSameSeedIsTheSameRun) {
  for (const std::uint64_t seed : {7u, 8u, 9u}) {
    const Outcome first = run_world(seed, workload_of(seed));
    const Outcome again = run_world(seed, workload_of(seed));
    EXPECT_EQ(first.attempts, again.attempts);
    EXPECT_EQ(first.posts_seen, again.posts_seen);
    EXPECT_EQ(first.crashes, again.crashes);
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
