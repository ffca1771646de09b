#include "delivery/isolation.h"

#include <algorithm>

#include "base/check.h"
#include "base/probe.h"

namespace favorhook::delivery {

void ReceiverWindow::cancel() {
  CHECK(in_flight_ > 0);
  --in_flight_;
}

void ReceiverWindow::give_back(bool success, BusinessTime now) {
  CHECK(in_flight_ > 0);
  --in_flight_;
  if (success) {
    if (failures_in_a_row_ >= limits::kOutageFailures) {
      probe("delivery.catching_up");
      catch_up_before_ = now;
    }
    failures_in_a_row_ = 0;
    // One more for each answer: the window doubles with each round of answers.
    size_ = std::min(size_ + 1, limits::kInFlightPerReceiverMax);
    return;
  }
  size_ = std::max(size_ / 2, limits::kInFlightPerReceiverMin);
  if (failures_in_a_row_ < limits::kOutageFailures) ++failures_in_a_row_;
  // It was not back for good: the rest waits for its ladder, or for the next success.
  if (failures_in_a_row_ == limits::kOutageFailures) {
    if (catch_up_before_) probe("delivery.relapsed_while_catching_up");
    catch_up_before_.reset();
  }
}

}  // namespace favorhook::delivery
