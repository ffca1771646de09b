#include "delivery/isolation.h"

#include <gtest/gtest.h>

#include "store/test_rows.h"

namespace favorhook::delivery {
namespace {

using store::at;

void fail_times(ReceiverWindow& window, std::uint32_t times) {
  for (std::uint32_t i = 0; i < times; ++i) {
    window.take();
    window.give_back(false, at(1));
  }
}

void succeed(ReceiverWindow& window, BusinessTime now) {
  window.take();
  window.give_back(true, now);
}

TEST(ReceiverWindow, FillsAndEmpties) {
  ReceiverWindow window;
  for (std::uint32_t i = 0; i < limits::kInFlightPerReceiverStart; ++i) {
    ASSERT_TRUE(window.has_room());
    window.take();
  }
  EXPECT_FALSE(window.has_room());
  EXPECT_EQ(window.room(), 0u);
  window.cancel();
  EXPECT_EQ(window.room(), 1u);
}

TEST(ReceiverWindow, FailuresHalveItDownToAFew) {
  ReceiverWindow window;
  for (int i = 0; i < 100; ++i) succeed(window, at(1));
  ASSERT_EQ(window.size(), limits::kInFlightPerReceiverMax);
  fail_times(window, 1);
  EXPECT_EQ(window.size(), limits::kInFlightPerReceiverMax / 2);
  fail_times(window, 100);
  EXPECT_EQ(window.size(), limits::kInFlightPerReceiverMin);
}

TEST(ReceiverWindow, DoublesWithEachRoundOfAnswers) {
  ReceiverWindow window;
  for (const std::uint32_t size : {16u, 32u, 64u, 64u}) {
    const std::uint32_t round = window.size();
    for (std::uint32_t i = 0; i < round; ++i) window.take();
    for (std::uint32_t i = 0; i < round; ++i) window.give_back(true, at(1));
    EXPECT_EQ(window.size(), size);
  }
}

TEST(ReceiverWindow, ShrinksBelowWhatIsInFlight) {
  ReceiverWindow window;
  for (int i = 0; i < 8; ++i) window.take();
  window.give_back(false, at(1));
  EXPECT_EQ(window.in_flight(), 7u);
  EXPECT_EQ(window.room(), 0u);
}

TEST(ReceiverWindow, ASuccessAfterAnOutageMarksTheTimeToCatchUp) {
  ReceiverWindow window;
  fail_times(window, limits::kOutageFailures);
  EXPECT_EQ(window.catch_up_before(), std::nullopt);
  succeed(window, at(500));
  EXPECT_EQ(window.catch_up_before(), at(500));
  succeed(window, at(600));
  EXPECT_EQ(window.catch_up_before(), at(500)) << "only the success that ended it marks";
  window.caught_up();
  EXPECT_EQ(window.catch_up_before(), std::nullopt);
}

TEST(ReceiverWindow, AFailureNowAndThenIsNoOutage) {
  ReceiverWindow window;
  for (int i = 0; i < 50; ++i) {
    fail_times(window, limits::kOutageFailures - 1);
    succeed(window, at(500));
  }
  EXPECT_EQ(window.catch_up_before(), std::nullopt);
}

TEST(ReceiverWindow, CatchingUpEndsWhenTheReceiverFailsAgain) {
  ReceiverWindow window;
  fail_times(window, limits::kOutageFailures);
  succeed(window, at(500));
  fail_times(window, limits::kOutageFailures - 1);
  EXPECT_EQ(window.catch_up_before(), at(500));
  fail_times(window, 1);
  EXPECT_EQ(window.catch_up_before(), std::nullopt);
}

TEST(ReceiverWindow, WhatTellsNothingChangesNothing) {
  ReceiverWindow window;
  fail_times(window, limits::kOutageFailures - 1);
  const std::uint32_t size = window.size();
  window.take();
  window.cancel();
  EXPECT_EQ(window.size(), size);
  fail_times(window, 1);
  succeed(window, at(7));
  EXPECT_EQ(window.catch_up_before(), at(7));
}

TEST(ReceiverWindow, AfterARestartTheFirstSuccessCatchesUp) {
  ReceiverWindow window;
  window.assume_outage();
  EXPECT_EQ(window.size(), limits::kInFlightPerReceiverStart);
  succeed(window, at(9));
  EXPECT_EQ(window.catch_up_before(), at(9));
}

}  // namespace
}  // namespace favorhook::delivery
