#include "delivery/receiver_book.h"

#include <gtest/gtest.h>

#include "store/test_rows.h"

namespace favorhook::delivery {
namespace {

using Names = std::vector<std::string>;

using store::at;

// A batch of its own.
template <class F>
void change(ReceiverBook& book, BusinessTime now, F f) {
  book.begin();
  f();
  book.settle(now);
}

TEST(ReceiverBook, WakesWhenTheFirstReceiverIsDue) {
  ReceiverBook book(100);
  EXPECT_EQ(book.wake_at(), std::nullopt);
  change(book, at(0), [&] {
    book.remember_due("b", at(300));
    book.remember_due("a", at(200));
    book.remember_due("a", at(250));
  });
  EXPECT_EQ(book.wake_at(), at(200));
  book.begin();
  EXPECT_EQ(book.next_ready(at(199), 10), Names{});
  EXPECT_EQ(book.next_ready(at(300), 10), (Names{"a", "b"}));
  EXPECT_LE(book.wake_at(), at(0)) << "somebody is ready now";
}

TEST(ReceiverBook, ServesByTurns) {
  ReceiverBook book(100);
  change(book, at(10), [&] {
    for (const char* name : {"a", "b", "c"}) book.remember_due(name, at(0));
  });
  Names order;
  for (int i = 0; i < 6; ++i) {
    change(book, at(10), [&] {
      const Names next = book.next_ready(at(10), 1);
      ASSERT_EQ(next.size(), 1u);
      order.push_back(next.front());
      book.served(next.front());
    });
  }
  EXPECT_EQ(order, (Names{"a", "b", "c", "a", "b", "c"}));
}

TEST(ReceiverBook, AReceiverWithoutRoomIsNotServed) {
  ReceiverBook book(100);
  change(book, at(0), [&] {
    book.remember_due("a", at(0));
    while (book.room("a") > 0) book.take("a");
  });
  EXPECT_EQ(book.wake_at(), std::nullopt);
  EXPECT_EQ(book.next_ready(at(5), 10), Names{});
  change(book, at(5), [&] { book.give_back("a", true, at(5)); });
  EXPECT_EQ(book.next_ready(at(5), 10), Names{"a"});
}

TEST(ReceiverBook, TheNodesBoundHoldsOverAll) {
  ReceiverBook book(10);
  change(book, at(0), [&] {
    for (int i = 0; i < 8; ++i) book.take("a");
    EXPECT_EQ(book.room("b"), 2u);
    for (int i = 0; i < 2; ++i) book.take("b");
    book.remember_due("c", at(0));
  });
  EXPECT_EQ(book.room("c"), 0u);
  EXPECT_EQ(book.wake_at(), std::nullopt) << "no slot, nothing to do";
  change(book, at(0), [&] { book.cancel("b"); });
  EXPECT_NE(book.wake_at(), std::nullopt);
}

TEST(ReceiverBook, RollBackRestoresEverything) {
  ReceiverBook book(100);
  change(book, at(0), [&] {
    book.remember_due("ready", at(0));
    book.remember_due("sleeping", at(900));
    book.take("busy");
  });
  book.begin();
  EXPECT_EQ(book.next_ready(at(1000), 10), (Names{"ready", "sleeping"}));
  book.served("ready");
  book.set_due("ready", std::nullopt);
  book.take("ready");
  book.set_due("sleeping", at(5));
  book.give_back("busy", false, at(1000));
  book.remember_due("new", at(1));
  book.settle(at(1000));
  book.roll_back();

  EXPECT_EQ(book.size(), 3u);
  EXPECT_EQ(book.in_flight(), 1u);
  EXPECT_EQ(book.room("busy"), limits::kInFlightPerReceiverStart - 1);
  EXPECT_FALSE(book.has_backlog("sleeping", at(899)));
  book.begin();
  EXPECT_EQ(book.next_ready(at(10), 10), Names{"ready"});
  EXPECT_EQ(book.next_ready(at(900), 10), (Names{"ready", "sleeping"}));
}

TEST(ReceiverBook, ForgetsReceiversWithNothingPending) {
  ReceiverBook book(100);
  change(book, at(0), [&] {
    book.remember_due("a", at(10));
    book.take("a");
  });
  change(book, at(10), [&] { book.set_due("a", std::nullopt); });
  EXPECT_EQ(book.size(), 1u) << "one is in flight";
  change(book, at(10), [&] { book.give_back("a", true, at(10)); });
  EXPECT_EQ(book.size(), 0u);
}

// In the middle of a batch nothing is known yet of events that the batch puts back.
TEST(ReceiverBook, WhatIsKnownOfAReceiverLivesThroughABatchInWhichItsLastAttemptEnds) {
  ReceiverBook book(100);
  change(book, at(0), [&] {
    book.assume_outage("a");
    book.take("a");
  });
  change(book, at(1), [&] {
    book.give_back("a", false, at(1));
    EXPECT_EQ(book.next_ready(at(1), 10), Names{});
    book.remember_due("a", at(60));
  });
  change(book, at(60), [&] { book.take("a"); });
  change(book, at(61), [&] { book.give_back("a", true, at(61)); });
  EXPECT_EQ(book.catch_up_before("a"), at(61));
}

TEST(ReceiverBook, AReceiverThatIsBackIsServedBeforeItIsDue) {
  ReceiverBook book(100);
  change(book, at(0), [&] {
    book.remember_due("a", at(9000));
    book.assume_outage("a");
    book.take("a");
  });
  change(book, at(50), [&] { book.give_back("a", true, at(50)); });
  EXPECT_EQ(book.catch_up_before("a"), at(50));
  book.begin();
  EXPECT_EQ(book.next_ready(at(50), 10), Names{"a"});
  book.served("a");
  book.caught_up("a");
  book.settle(at(50));
  EXPECT_EQ(book.wake_at(), at(9000));
}

TEST(ReceiverBook, WakesNoMoreSleepersThanAskedFor) {
  ReceiverBook book(1000);
  change(book, at(0), [&] {
    for (int i = 100; i < 120; ++i) book.remember_due(std::to_string(i), at(i));
  });
  book.begin();
  EXPECT_EQ(book.next_ready(at(1000), 3), (Names{"100", "101", "102"}));
  EXPECT_EQ(book.next_ready(at(1000), 3), (Names{"100", "101", "102"}));
}

}  // namespace
}  // namespace favorhook::delivery
