#include "delivery/dispatcher.h"
#include "delivery/test_node.h"

namespace favorhook::delivery {
namespace {

using coupon::EventState;

class DispatcherRecoveryTest : public testing::Test {
 protected:
  DispatcherRecoveryTest() {
    for (const char* mchid : {kMerchantA, kMerchantB}) {
      node.set_url(mchid, "https://localhost/notify");
    }
    node.run();
  }
  TestNode node;
};

TEST_F(DispatcherRecoveryTest, AnIntentWithoutAResultBecomesUnknownAndIsTriedAtOnceUncounted) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.crash_and_restart();
  node.run();
  const auto launched = node.take_launched();
  ASSERT_EQ(launched.size(), 1u);
  EXPECT_EQ(launched[0].intent.number, 2u);
  const auto attempts = node.attempts(seq);
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].verdict, Verdict::unknown);
  EXPECT_FALSE(attempts[0].counted);
  EXPECT_NE(attempts[0].nonce, attempts[1].nonce);
  EXPECT_EQ(node.event(seq).attempts_unknown, 1u);
  EXPECT_EQ(node.event(seq).attempts_counted, 0u);
}

TEST_F(DispatcherRecoveryTest, TheLadderGoesOnWhereItStopped) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.answer_all(500);
  node.clocks.move(30s);
  node.crash_and_restart();
  node.run();
  EXPECT_EQ(node.launched(), 0u);
  node.move(30s);
  EXPECT_EQ(node.launched(), 1u);
  EXPECT_EQ(node.event(seq).attempts_counted, 1u);
}

TEST_F(DispatcherRecoveryTest, ACrashLoopDoesNotPostForEver) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  int crashes = 0;
  for (; node.event(seq).state == EventState::pending; ++crashes) {
    ASSERT_LT(crashes, 100);
    node.crash_and_restart();
    node.run();
    if (node.launched() == 0) node.move(60s);
  }
  EXPECT_EQ(node.event(seq).state, EventState::exhausted);
  EXPECT_EQ(node.attempts(seq).size(), limits::kUnknownAttemptsMax + 11);
  EXPECT_EQ(node.event(seq).attempts_unknown, limits::kUnknownAttemptsMax);
}

TEST_F(DispatcherRecoveryTest, ManyOpenIntentsAreSettledInBoundedBatches) {
  std::vector<std::int64_t> seqs;
  // More than one recovery batch can only be in flight at many receivers.
  const int receivers = int(limits::kRecoverBatchMax / limits::kInFlightPerReceiverStart) + 10;
  for (int i = 0; i < receivers; ++i) {
    const std::string mchid = fmt::format("19000010{:02}", i);
    node.add_merchant(mchid);
    node.publish_merchants();
    node.set_url(mchid, "https://localhost/notify");
    for (const std::int64_t seq : node.add_events(mchid, limits::kInFlightPerReceiverStart)) {
      seqs.push_back(seq);
    }
    node.run();
  }
  ASSERT_GT(seqs.size(), limits::kRecoverBatchMax);
  ASSERT_EQ(node.take_launched().size(), seqs.size());
  node.crash_and_restart();
  EXPECT_EQ(node.store->commits, 2) << "recover's own";
  for (const std::int64_t seq : seqs) EXPECT_FALSE(node.event(seq).in_flight);
  node.run();
  EXPECT_EQ(node.launched(), seqs.size());
}

TEST_F(DispatcherRecoveryTest, ACancelledEventIsNotTriedAgain) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.change(std::vector{seq}, [=](store::Batch& batch, const coupon::Context&) {
    coupon::Event event = *batch.state.find<coupon::Event>(seq);
    event.state = EventState::cancelled;
    batch.state.put(event);
  });
  node.run();
  node.crash_and_restart();
  node.run();
  EXPECT_EQ(node.launched(), 0u);
  EXPECT_EQ(node.event(seq).state, EventState::cancelled);
  EXPECT_EQ(node.attempts(seq)[0].verdict, Verdict::unknown);
}

TEST_F(DispatcherRecoveryTest, AfterARestartASuccessCatchesUpWhatFailedBefore) {
  const std::int64_t old = node.add_events(kMerchantA).front();
  node.run();
  node.answer_all(500);
  node.clocks.move(5s);
  node.crash_and_restart();
  node.clocks.move(5s);
  node.add_events(kMerchantA);
  node.run();
  ASSERT_EQ(node.launched(), 1u);
  node.answer_all(200);
  const auto launched = node.take_launched();
  ASSERT_EQ(launched.size(), 1u);
  EXPECT_EQ(launched[0].event.seq, old);
}

TEST_F(DispatcherRecoveryTest, AnEventCommittedJustBeforeTheCrashIsSent) {
  const auto seqs = node.add_events(kMerchantA, limits::kInFlightPerReceiverStart + 5);
  node.run();  // some are in flight, some only due
  node.crash_and_restart();
  node.run();
  std::set<std::int64_t> delivered;
  while (node.launched() > 0) {
    for (const AttemptOrder& order : node.take_launched()) {
      EXPECT_TRUE(delivered.insert(order.event.seq).second);
      node.answer(order, 200);
    }
    node.run();
  }
  EXPECT_EQ(delivered, std::set<std::int64_t>(seqs.begin(), seqs.end()));
}

}  // namespace
}  // namespace favorhook::delivery
