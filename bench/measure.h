// Clocks, counters and statistics that the measurements share.
//
//   const double before = cpu_seconds_of(pid);  …  cpu_seconds_of(pid) - before
//   const Server server = or_exit(Server::start(options));
//
// Thread safety: plain functions. Errors: a bench that cannot go on says why and exits 1, since
// half a table would be taken for a whole one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace favorhook::bench {

template <class T>
T or_exit(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "bench: {}\n", result.error().what);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// The monotonic clock; the same in all processes of the machine.
std::int64_t now_ns();
// CPU time of all threads of a process, and of the calling thread, to the nanosecond.
double cpu_seconds_of(pid_t pid);
double thread_cpu_seconds();
// Resident memory.
std::int64_t rss_bytes(pid_t pid);

// A blocking TCP connection; the caller closes it.
int connect_to_loopback(std::uint16_t port);

// 0.5 is the median; 0 where there are no values.
double quantile(std::vector<double> values, double q);

}  // namespace favorhook::bench
