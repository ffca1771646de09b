#include "delivery/dispatcher.h"

#include "delivery/test_node.h"

namespace favorhook::delivery {
namespace {

using coupon::EventState;
using coupon::WithheldReason;

constexpr const char* kUrl = "https://localhost/notify";

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    for (const char* mchid : {kMerchantA, kMerchantB}) node.set_url(mchid, kUrl);
    node.run();
  }
  TestNode node;
};

TEST_F(DispatcherTest, TheIntentIsInTheEventsOwnCommit) {
  const int commits = node.store->commits;
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  EXPECT_EQ(node.store->commits, commits + 1);
  const auto launched = node.take_launched();
  ASSERT_EQ(launched.size(), 1u);
  EXPECT_EQ(launched[0].event.seq, seq);
  EXPECT_EQ(launched[0].intent.url, kUrl);
  EXPECT_FALSE(launched[0].retry_at_once);

  const auto attempts = node.attempts(seq);
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].number, 1u);
  EXPECT_EQ(attempts[0].verdict, Verdict::none);
  EXPECT_EQ(attempts[0].nonce, launched[0].intent.nonce);
  EXPECT_EQ(attempts[0].nonce.size(), 32u);
  const coupon::Event event = node.event(seq);
  EXPECT_TRUE(event.in_flight);
  EXPECT_EQ(event.attempts, 1u);
  EXPECT_EQ(event.last_attempt, node.clocks.business());
}

TEST_F(DispatcherTest, NothingIsLaunchedBeforeItsIntentIsStored) {
  node.store->failing_commits = 2;  // the batch, and its work alone
  node.add_events(kMerchantA);
  node.run();
  EXPECT_EQ(node.launched(), 0u);
  EXPECT_EQ(node.dispatcher->wake_at(), std::nullopt) << "nothing of the batch is remembered";
  EXPECT_EQ(node.metrics.events_accepted.value(), 0u);
}

TEST_F(DispatcherTest, ABatchThatIsRetriedWorkByWorkLaunchesEachEventOnce) {
  node.store->failing_commits = 1;
  const auto seqs = node.add_events(kMerchantA, 5);
  node.run();
  std::set<std::int64_t> launched;
  for (const AttemptOrder& order : node.take_launched()) launched.insert(order.event.seq);
  EXPECT_EQ(launched, std::set<std::int64_t>(seqs.begin(), seqs.end()));
  for (const std::int64_t seq : seqs) EXPECT_EQ(node.attempts(seq).size(), 1u);
}

TEST_F(DispatcherTest, ARolledBackBatchLeavesEverySlotFree) {
  for (int i = 0; i < 20; ++i) {
    node.store->failing_commits = 2;
    node.add_events(kMerchantA);
    node.run();
  }
  node.add_events(kMerchantA, limits::kInFlightPerReceiverStart);
  node.run();
  EXPECT_EQ(node.launched(), limits::kInFlightPerReceiverStart);
}

TEST_F(DispatcherTest, WithoutASlotAnEventIsClaimedWhenOneIsFree) {
  const int window = limits::kInFlightPerReceiverStart;
  const auto seqs = node.add_events(kMerchantA, window + 3);
  node.run();
  auto launched = node.take_launched();
  ASSERT_EQ(launched.size(), std::size_t(window));
  EXPECT_FALSE(node.event(seqs.back()).in_flight);

  node.answer(launched[0], 200);  // its slot and one more, since the window grows
  node.run();
  const auto next = node.take_launched();
  ASSERT_EQ(next.size(), 2u);
  EXPECT_EQ(next[0].event.seq, seqs[window]) << "the oldest first";
  EXPECT_EQ(next[1].event.seq, seqs[window + 1]);
}

TEST_F(DispatcherTest, NewEventsDoNotOvertakeTheBacklog) {
  const int window = limits::kInFlightPerReceiverStart;
  const auto old = node.add_events(kMerchantA, window + 1);
  node.run();
  const auto launched = node.take_launched();
  node.answer(launched[0], 500);  // halves the window: no slot yet
  node.run();
  ASSERT_EQ(node.launched(), 0u);
  const std::int64_t young = node.add_events(kMerchantA).front();
  for (int i = 1; i <= 4; ++i) node.answer(launched[i], 200);
  node.run();
  const auto next = node.take_launched();
  ASSERT_FALSE(next.empty());
  EXPECT_EQ(next[0].event.seq, old.back());
  for (std::size_t i = 1; i < next.size(); ++i) EXPECT_EQ(next[i].event.seq, young);
}

TEST_F(DispatcherTest, AnAcknowledgedEventIsDelivered) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.answer_all(204);
  const coupon::Event event = node.event(seq);
  EXPECT_EQ(event.state, EventState::delivered);
  EXPECT_FALSE(event.in_flight);
  EXPECT_EQ(event.finished, node.clocks.business());
  EXPECT_EQ(node.attempts(seq)[0].verdict, Verdict::acknowledged);
  EXPECT_EQ(node.attempts(seq)[0].next_due, std::nullopt);
  EXPECT_EQ(node.metrics.events_delivered.value(), 1u);
  EXPECT_EQ(node.metrics.attempts.value(), 1u);
  EXPECT_EQ(node.metrics.attempts_failed.value(), 0u);
  EXPECT_EQ(node.metrics.attempts_in_flight.value(), 0);
  EXPECT_EQ(node.dispatcher->wake_at(), std::nullopt);
}

TEST_F(DispatcherTest, ClimbsTheDocumentedLadderToItsEndUnconfirmedThatTheFirstCounts) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  for (std::uint32_t number = 1; number <= 11; ++number) {
    ASSERT_EQ(node.launched(), 1u) << number;
    node.answer_all(500);
    node.move(60s - 1ms);
    ASSERT_EQ(node.launched(), 0u) << "before its time, after attempt " << number;
    node.move(1ms);
  }
  EXPECT_EQ(node.launched(), 0u);
  const coupon::Event event = node.event(seq);
  EXPECT_EQ(event.state, EventState::exhausted);
  EXPECT_EQ(event.attempts, 11u);
  EXPECT_EQ(event.attempts_counted, 11u);
  const auto attempts = node.attempts(seq);
  ASSERT_EQ(attempts.size(), 11u);
  std::set<std::string> nonces;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    EXPECT_EQ(attempts[i].number, i + 1);
    EXPECT_TRUE(nonces.insert(attempts[i].nonce).second);
    if (i + 1 < attempts.size()) {
      EXPECT_EQ(attempts[i].next_due, attempts[i + 1].started);
    }
  }
  EXPECT_EQ(attempts.back().next_due, std::nullopt);
  EXPECT_EQ(node.metrics.events_exhausted.value(), 1u);
  node.move(48h);
  EXPECT_EQ(node.launched(), 0u);
}

TEST_F(DispatcherTest, ADeadKeptConnectionIsTriedAgainAtOnceAndDoesNotCount) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  const auto first = node.take_launched();
  node.submit(node.dispatcher->record(node.report_of(first[0], kConnectionLost)));
  node.run();
  const auto second = node.take_launched();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_TRUE(second[0].retry_at_once);
  EXPECT_EQ(second[0].intent.number, 2u);
  EXPECT_EQ(node.event(seq).attempts_counted, 0u);
  EXPECT_FALSE(node.attempts(seq)[0].counted);
  node.answer(second[0], 200);
  node.run();
  EXPECT_EQ(node.event(seq).state, EventState::delivered);
  EXPECT_EQ(node.event(seq).attempts_counted, 1u);
}

TEST_F(DispatcherTest, TheSecondTryKeepsItsSlotThoughTheWindowShrinks) {
  const auto seqs = node.add_events(kMerchantA, limits::kInFlightPerReceiverStart + 1);
  node.run();
  const auto launched = node.take_launched();
  for (std::size_t i = 1; i < 3; ++i) node.answer(launched[i], 500);
  node.submit(node.dispatcher->record(node.report_of(launched[0], kConnectionLost)));
  node.run();
  const auto next = node.take_launched();
  ASSERT_EQ(next.size(), 1u);
  EXPECT_TRUE(next[0].retry_at_once);
  EXPECT_EQ(next[0].event.seq, seqs[0]);
}

TEST_F(DispatcherTest, AReceiverThatIsBackIsCaughtUpBeforeItsEventsAreDue) {
  const auto seqs = node.add_events(kMerchantA, 20);
  node.run();
  while (node.launched() > 0) node.answer_all(500);  // each of them once
  node.move(10s);
  ASSERT_EQ(node.launched(), 0u);
  node.add_events(kMerchantA);
  node.run();
  ASSERT_EQ(node.launched(), 1u);
  node.answer_all(200);  // it is back
  EXPECT_EQ(node.launched(), limits::kInFlightPerReceiverMin + 1) << "on a ramp";
  std::size_t rounds = 0;
  while (node.launched() > 0) {
    node.answer_all(200);
    ++rounds;
  }
  EXPECT_GE(rounds, 2u);
  for (const std::int64_t seq : seqs) EXPECT_EQ(node.event(seq).state, EventState::delivered);
}

TEST_F(DispatcherTest, CatchingUpTriesEachEventOnlyOnceEarly) {
  const auto seqs = node.add_events(kMerchantA, 6);
  node.run();
  while (node.launched() > 0) node.answer_all(500);
  node.move(10s);
  const std::int64_t good = node.add_events(kMerchantA).front();
  node.run();
  int early = 0;
  while (node.launched() > 0) {
    for (const AttemptOrder& order : node.take_launched()) {
      if (order.event.seq != good) ++early;
      node.answer(order, order.event.seq == good ? 200 : 500);
    }
    node.run();
    node.clocks.move(1ms);
  }
  EXPECT_GE(early, 4);
  EXPECT_LE(early, 6);
  for (const std::int64_t seq : seqs) EXPECT_LE(node.event(seq).attempts, 2u);
}

TEST_F(DispatcherTest, ADeadReceiverDoesNotStopAnother) {
  node.add_events(kMerchantA, 200);
  node.run();
  EXPECT_EQ(node.take_launched().size(), limits::kInFlightPerReceiverStart);
  const auto seqs = node.add_events(kMerchantB, 5);
  node.run();
  EXPECT_EQ(node.launched(), 5u);
  node.answer_all(200);
  for (const std::int64_t seq : seqs) EXPECT_EQ(node.event(seq).state, EventState::delivered);
}

TEST(Dispatcher, ReceiversTakeTurnsWhenTheNodeIsFull) {
  TestNode node({.in_flight_max = 12});
  for (const char* mchid : {kMerchantA, kMerchantB}) node.set_url(mchid, kUrl);
  node.add_events(kMerchantA, 300);
  node.run();
  node.add_events(kMerchantB, 30);
  node.run();
  int delivered_to_b = 0;
  for (int round = 0; round < 12 && delivered_to_b < 30; ++round) {
    auto launched = node.take_launched();
    ASSERT_LE(launched.size(), 12u);
    for (const AttemptOrder& order : launched) {
      delivered_to_b += order.event.receiver == kMerchantB ? 1 : 0;
      node.answer(order, 200);
    }
    node.run();
  }
  EXPECT_EQ(delivered_to_b, 30) << "300 older events of A would come first without turns";
}

TEST_F(DispatcherTest, EverythingIsDeliveredThoughABacklogIsLong) {
  node.add_events(kMerchantA, 1000);
  node.run();
  std::size_t delivered = 0;
  std::size_t most = 0;
  while (node.launched() > 0) {
    most = std::max(most, node.launched());
    delivered += node.launched();
    node.answer_all(200);
  }
  EXPECT_EQ(delivered, 1000u);
  EXPECT_EQ(most, limits::kInFlightPerReceiverMax);
  EXPECT_EQ(node.dispatcher->wake_at(), std::nullopt);
}

TEST_F(DispatcherTest, WithholdsWhatItsMerchantCanNoLongerGet) {
  const auto seqs = node.add_events(kMerchantA, 3);
  node.run();
  node.answer_all(500);
  node.merchants[0].apiv3_key.clear();
  node.publish_merchants();
  node.move(60s);
  EXPECT_EQ(node.launched(), 0u);
  for (const std::int64_t seq : seqs) {
    EXPECT_EQ(node.event(seq).state, EventState::withheld);
    EXPECT_EQ(node.event(seq).withheld_reason, WithheldReason::no_apiv3_key);
  }
  EXPECT_EQ(node.metrics.events_withheld.value(), 3u);
  EXPECT_EQ(node.dispatcher->wake_at(), std::nullopt);
}

TEST_F(DispatcherTest, WithholdsWithEachReason) {
  const auto reason_after = [&](auto lose) {
    const std::int64_t seq = node.add_events(kMerchantA).front();
    lose();
    node.run();
    EXPECT_EQ(node.launched(), 0u);
    EXPECT_EQ(node.event(seq).state, EventState::withheld);
    return node.event(seq).withheld_reason;
  };
  EXPECT_EQ(reason_after([&] { node.set_url(kMerchantA, "https://public.example/"); }),
            WithheldReason::host_refused)
      << "by the URL set in the same batch";
  EXPECT_EQ(reason_after([&] {
              node.merchants[0].event_push = false;
              node.publish_merchants();
            }),
            WithheldReason::push_off);
}

TEST(Dispatcher, WithoutAUrlNothingIsSent) {
  TestNode node;
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  EXPECT_EQ(node.launched(), 0u);
  EXPECT_EQ(node.event(seq).withheld_reason, WithheldReason::no_url);
  EXPECT_TRUE(node.attempts(seq).empty());
}

TEST_F(DispatcherTest, AnAttemptUsesTheUrlOfTheMoment) {
  node.add_events(kMerchantA);
  node.run();
  node.answer_all(500);
  node.set_url(kMerchantA, "https://localhost/new");
  node.move(60s);
  const auto launched = node.take_launched();
  ASSERT_EQ(launched.size(), 1u);
  EXPECT_EQ(launched[0].intent.url, "https://localhost/new");
}

TEST_F(DispatcherTest, ResendStartsTheLadderAgainFromAnyState) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.answer_all(200);
  ASSERT_EQ(node.event(seq).state, EventState::delivered);
  node.resend(seq);
  node.run();
  ASSERT_EQ(node.launched(), 1u);
  EXPECT_EQ(node.event(seq).state, EventState::pending);
  EXPECT_EQ(node.event(seq).finished, std::nullopt);
  EXPECT_EQ(node.event(seq).ladder_from, 2u);
  for (int i = 0; i < 11; ++i) {
    node.answer_all(500);
    node.move(60s);
  }
  EXPECT_EQ(node.event(seq).state, EventState::exhausted);
  EXPECT_EQ(node.attempts(seq).size(), 12u);
}

TEST_F(DispatcherTest, ResendOfAnUnknownEventTellsSo) {
  bool told = false;
  node.submit(node.dispatcher->resend(999, [&](Result<std::optional<coupon::Event>> event) {
    told = event.has_value() && !event->has_value();
  }));
  node.run();
  EXPECT_TRUE(told);
}

TEST_F(DispatcherTest, ResendDuringFlightSendsNothingTwiceAndDeliveredWins) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  const auto launched = node.take_launched();
  node.resend(seq);
  node.run();
  EXPECT_EQ(node.launched(), 0u) << "one attempt at a time";
  EXPECT_TRUE(node.event(seq).in_flight);
  node.answer(launched[0], 200);
  node.run();
  EXPECT_EQ(node.event(seq).state, EventState::delivered);
  EXPECT_FALSE(node.event(seq).in_flight);
}

TEST_F(DispatcherTest, AResultDoesNotReadItsEventBack) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.answer_all(500);
  node.move(60s);
  node.answer_all(200);
  EXPECT_EQ(node.store->events_read, 0);
  const coupon::Event event = node.event(seq);
  EXPECT_EQ(event.state, EventState::delivered);
  EXPECT_EQ(event.attempts, 2u);
  EXPECT_EQ(event.plaintext, "{}");
  EXPECT_EQ(node.attempts(seq).size(), 2u);
}

TEST_F(DispatcherTest, ResendDuringFlightIsTriedAtOnceWhereTheAttemptFails) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  const auto first = node.take_launched();
  node.resend(seq);
  node.run();
  node.answer(first[0], 500);
  node.run();
  const auto again = node.take_launched();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(node.event(seq).attempts_counted, 1u) << "the one under way was the ladder's first";
  EXPECT_EQ(node.event(seq).ladder_from, 1u);
  node.answer(again[0], 500);
  node.run();
  EXPECT_EQ(node.launched(), 0u);
  node.move(59s);
  EXPECT_EQ(node.launched(), 0u) << "and then step by step";
  node.move(1s);
  EXPECT_EQ(node.launched(), 1u);
}

// An attempt of a catching up begins before its event's due time, which is no resend.
TEST_F(DispatcherTest, ACaughtUpAttemptThatFailsWaitsForItsStep) {
  const auto seqs = node.add_events(kMerchantA, 6);
  node.run();
  node.answer_all(500);
  node.move(30s);
  ASSERT_EQ(node.launched(), 0u);
  node.resend(seqs[0]);
  node.run();
  node.answer_all(200);
  const auto early = node.take_launched();
  ASSERT_GE(early.size(), 1u);
  node.answer(early[0], 500);
  node.run();
  node.take_launched();
  const std::int64_t seq = early[0].event.seq;
  EXPECT_FALSE(node.event(seq).in_flight);
  EXPECT_EQ(node.event(seq).due, node.clocks.business() + 60s);
}

// The index still has the event as it was before the resend of this batch.
TEST_F(DispatcherTest, ResendInTheBatchThatCouldClaimTheEventIsNotLost) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.answer_all(500);
  node.clocks.move(60s);
  node.resend(seq);
  node.run();
  EXPECT_EQ(node.launched(), 1u);
  EXPECT_EQ(node.event(seq).attempts, 2u);
  EXPECT_EQ(node.event(seq).attempts_counted, 0u);
}

TEST_F(DispatcherTest, ACancelledEventStaysCancelledUnlessItWasTaken) {
  const auto seqs = node.add_events(kMerchantA, 2);
  node.run();
  const auto launched = node.take_launched();
  for (const std::int64_t seq : seqs) {
    node.change(std::vector{seq}, [=](store::Batch& batch, const coupon::Context&) {
      coupon::Event event = *batch.state.find<coupon::Event>(seq);
      event.state = EventState::cancelled;
      batch.state.put(event);
    });
  }
  node.run();
  node.answer(launched[0], 500);
  node.answer(launched[1], 200);
  node.run();
  EXPECT_EQ(node.event(seqs[0]).state, EventState::cancelled);
  EXPECT_FALSE(node.event(seqs[0]).in_flight);
  EXPECT_EQ(node.event(seqs[1]).state, EventState::delivered);
  node.move(1h);
  EXPECT_EQ(node.launched(), 0u);
}

TEST_F(DispatcherTest, AHostRefusedAtTheConnectWithholds) {
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  const auto launched = node.take_launched();
  node.submit(node.dispatcher->record(
      node.report_of(launched[0], {Verdict::host_refused, Consequence::withheld})));
  node.run();
  EXPECT_EQ(node.event(seq).state, EventState::withheld);
  EXPECT_EQ(node.event(seq).withheld_reason, WithheldReason::host_refused);
  EXPECT_EQ(node.event(seq).attempts_counted, 0u);
}

TEST_F(DispatcherTest, AnUnstoredResultComesBackToBeSubmittedAgain) {
  std::vector<AttemptReport> back;
  node.dispatcher->on_not_recorded(
      [&](AttemptReport report) { back.push_back(std::move(report)); });
  const std::int64_t seq = node.add_events(kMerchantA).front();
  node.run();
  node.store->failing_commits = 1;
  node.answer_all(200);
  ASSERT_EQ(back.size(), 1u);
  EXPECT_TRUE(node.event(seq).in_flight);
  EXPECT_EQ(node.dispatcher->wake_at(), std::nullopt) << "its slot is still taken, nothing is due";
  node.submit(node.dispatcher->record(std::move(back[0])));
  node.run();
  EXPECT_EQ(node.event(seq).state, EventState::delivered);
}

TEST_F(DispatcherTest, AStoreThatCannotBeReadIsAskedAgainLater) {
  const auto seqs = node.add_events(kMerchantA);
  node.run();
  node.answer_all(500);
  node.store->failing_claims = true;
  node.move(60s);
  EXPECT_EQ(node.launched(), 0u);
  node.store->failing_claims = false;
  node.run();
  EXPECT_EQ(node.launched(), 0u) << "not in a tight loop";
  node.move(limits::kStoreRetryPause);
  EXPECT_EQ(node.launched(), 1u);
}

}  // namespace
}  // namespace favorhook::delivery
