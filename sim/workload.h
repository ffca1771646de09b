// What one run of the simulation does, as a value: who sends coupons, how each receiver behaves and
// when it changes, what is broken. A seed becomes a workload, and the same workload and seed give
// the same run.
//
//   Workload workload = workload_of(seed);
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clocks.h"
#include "delivery/ladder.h"

namespace favorhook::sim {

enum class Mode {
  healthy,
  slow,     // acknowledges, after seconds
  failing,  // answers everything but 200 and 204
  dead,     // refuses connections, or swallows them
  flaky,    // everything, at random
  gone,     // name, TLS or certificate is broken
  silent,   // swallows everything: each POST costs its slot for the whole budget
};
std::string_view to_text(Mode mode);

enum class Setup { complete, no_url, no_apiv3_key, push_off, host_refused };

struct MerchantPlan {
  Setup setup = Setup::complete;
  Mode first = Mode::healthy;
  Mode then = Mode::healthy;
  Millis changes_at{0};
  std::uint32_t coupons = 0;      // how many requests
  std::uint32_t max_coupons = 0;  // of the stock: some requests are refused where it is less
};

struct Workload {
  delivery::Ladder ladder = delivery::Ladder::documented;
  std::vector<MerchantPlan> merchants;
  Millis sending_time{0};  // requests are spread over it, in bursts
  std::uint32_t crashes_at_random = 0;
  std::uint32_t crash_after_post_one_in = 0;  // right after a receiver saw a POST; 0: never
  std::uint32_t crash_in_commit_one_in = 0;   // before or after it became durable; 0: never
  std::uint32_t failing_commit_one_in = 0;    // 0: never
  std::uint32_t resends = 0;
  std::uint32_t in_flight_max =
      4096;                       // of the node; little enough that dead receivers could fill it
  bool real_signatures = false;   // RSA for the platform instead of the stand-in
  std::uint32_t crashes_max = 8;  // below kUnknownAttemptsMax, so that unknown attempts never count
};

Workload workload_of(std::uint64_t seed);

}  // namespace favorhook::sim
