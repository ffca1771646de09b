// What a node counts about itself. Plain members passed by reference; runtime/ turns them into
// Prometheus text.
//
//   metrics.requests[status_class(answer.status)].add();
//   metrics.accept_to_post_seconds.observe(0.004);
//
// Thread safety: any thread, relaxed; a scrape may see one counter a moment before another.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace favorhook {

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(std::int64_t n) { value_.store(n, std::memory_order_relaxed); }
  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

class Histogram {
 public:
  // Upper bounds in seconds; the last bucket takes the rest.
  static constexpr std::array<double, 14> kBounds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                     0.1,    0.2,   0.5,   1,     2,    5,    10};
  void observe(double seconds) {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
    counts_[bucket].add();
    sum_micros_.add(static_cast<std::uint64_t>(seconds * 1e6));
  }
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket].value(); }
  double sum_seconds() const { return static_cast<double>(sum_micros_.value()) / 1e6; }

 private:
  std::array<Counter, kBounds.size() + 1> counts_;
  Counter sum_micros_;
};

struct Metrics {
  std::array<Counter, 6> requests;  // by first digit of the status; [0]: anything else
  Counter authentication_failures;
  Counter signatures;         // answers and notifications
  Histogram request_seconds;  // request received → answer given to the connection

  Counter batches;
  Counter commands;  // Works in those batches
  Histogram commit_seconds;

  Counter events_accepted;
  Counter events_withheld;
  Counter events_delivered;
  Counter events_exhausted;
  Counter attempts;
  Counter attempts_failed;
  Gauge attempts_in_flight;
  Histogram accept_to_post_seconds;  // event's create_time → its first attempt, sealed and signed
  Histogram attempt_seconds;
};

inline std::size_t status_class(int status) {
  return status >= 100 && status < 600 ? static_cast<std::size_t>(status / 100) : 0;
}

}  // namespace favorhook
