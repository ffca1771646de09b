// How many POSTs one receiver may have in flight: its window. A failing receiver's window shrinks
// to a few, so that a dead one costs its own merchant only; one that recovers is caught up on a
// ramp, its window doubling.
//
//   if (window.has_room()) window.take();   …   window.give_back(success, now);
//
// Pure state, no clock of its own. Thread safety: the writer's thread. Limits:
// kInFlightPerReceiverMin, -Start and -Max, kOutageFailures.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clocks.h"
#include "base/limits.h"

namespace favorhook::delivery {

class ReceiverWindow {
 public:
  bool has_room() const { return room() > 0; }
  void take() { ++in_flight_; }
  // What was taken ends without telling anything about the receiver: it was not used, or an idle
  // connection had died.
  void cancel();
  // An attempt ended. An outage is a run of kOutageFailures failures without a success; a success
  // that ends one marks the time, and events whose last attempt was before it may be sent before
  // they are due.
  void give_back(bool success, BusinessTime now);

  // After a restart nothing is known: the next success may be the end of an outage.
  void assume_outage() { failures_in_a_row_ = limits::kOutageFailures; }

  std::uint32_t in_flight() const { return in_flight_; }
  std::uint32_t size() const { return size_; }
  std::uint32_t room() const { return in_flight_ < size_ ? size_ - in_flight_ : 0; }
  // Events last tried before this are sent at once; nothing where there was no outage, or it is
  // caught up.
  std::optional<BusinessTime> catch_up_before() const { return catch_up_before_; }
  void caught_up() { catch_up_before_.reset(); }

 private:
  std::uint32_t in_flight_ = 0;
  std::uint32_t size_ = limits::kInFlightPerReceiverStart;
  std::uint32_t failures_in_a_row_ = 0;
  std::optional<BusinessTime> catch_up_before_;
};

}  // namespace favorhook::delivery
