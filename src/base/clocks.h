// The three clocks of a node, as one port, so that simulation can drive them.
//
//   wall       the Authorization window, Wechatpay-Timestamp, certificates: SDKs sign with theirs
//   business   create and send times, validity, due times: wall plus an offset of a sandbox's
//   monotonic  deadlines of I/O
//
// Each has a time point type of its own, so that one cannot be compared with another. Thread
// safety: all calls may be made from any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace favorhook {

using Millis = std::chrono::milliseconds;
using Micros = std::chrono::microseconds;

// Milliseconds since the Unix epoch, by the clock that the tag names.
template <class Tag>
struct TaggedClock {
  using duration = Millis;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<TaggedClock>;
  static constexpr bool is_steady = false;
};

using WallTime = std::chrono::time_point<TaggedClock<struct WallTag>>;
using BusinessTime = std::chrono::time_point<TaggedClock<struct BusinessTag>>;
// Nanoseconds since an arbitrary start.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock>;

template <class Time>
std::int64_t unix_millis(Time time) {
  return time.time_since_epoch().count();
}
template <class Time>
std::int64_t unix_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}
template <class Time>
Time from_unix_millis(std::int64_t millis) {
  return Time(Millis(millis));
}

class Clocks {
 public:
  virtual ~Clocks() = default;
  virtual WallTime wall() const = 0;
  virtual BusinessTime business() const = 0;
  virtual MonotonicTime monotonic() const = 0;
};

// The machine's own clocks, business being wall plus the offset given.
class SystemClocks final : public Clocks {
 public:
  explicit SystemClocks(Millis business_offset = Millis(0)) : business_offset_(business_offset) {}
  WallTime wall() const override;
  BusinessTime business() const override;
  MonotonicTime monotonic() const override;

 private:
  Millis business_offset_;
};

}  // namespace favorhook
