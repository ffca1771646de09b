// For the tests of every folder: waiting for a thing that happens, however slow the machine is.
//
//   ASSERT_TRUE(eventually([&] { return server->connections() == 2; }));
//   EXPECT_TRUE(with_time_enough([&](Millis deadline) { return cut_while_reading(deadline); }));
//
// A test never says how fast something is. It waits for the thing itself, and what ends the wait
// otherwise is only there so that a fault fails instead of hanging. Thread safety: any thread.
#pragma once

#include <chrono>
#include <thread>

#include "base/clocks.h"

namespace favorhook {

// How long a test waits before it takes a thing for not happening: a busy machine that runs a test
// beside a sanitizer's build has kept one waiting for seconds.
inline constexpr std::chrono::seconds kTestPatience{60};

// Whether the condition came true within the patience.
template <class Condition>
bool eventually(const Condition& condition) {
  const auto give_up = std::chrono::steady_clock::now() + kTestPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(Millis(1));
  }
  return true;
}

// For a deadline of which a test must see what it cuts: tried with short ones first, since most
// machines come that far in them, then with longer ones. Whether an attempt came that far.
template <class Attempt>
bool with_time_enough(const Attempt& attempt) {
  for (Millis deadline{250}; deadline <= kTestPatience; deadline *= 2) {
    if (attempt(deadline)) return true;
  }
  return false;
}

}  // namespace favorhook
