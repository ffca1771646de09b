#include "base/clocks.h"

namespace favorhook {

WallTime SystemClocks::wall() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return WallTime(std::chrono::floor<Millis>(now));
}

BusinessTime SystemClocks::business() const {
  return BusinessTime(wall().time_since_epoch() + business_offset_);
}

MonotonicTime SystemClocks::monotonic() const {
  return std::chrono::steady_clock::now();
}

}  // namespace favorhook
