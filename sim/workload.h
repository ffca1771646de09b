// What one run of the simulation does, as a value: who sends coupons, how each receiver behaves and
// when it changes, who changes what meanwhile, what is broken. A seed becomes a workload, and the
// same workload and seed give the same run.
//
//   Workload workload = workload_of(seed);
//
// Each run breaks some things and leaves others whole (a "swarm"): where everything is broken at
// once, nothing gets far enough for the rare cases. Pure functions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clocks.h"
#include "base/limits.h"
#include "delivery/ladder.h"
#include "sim/disk.h"

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

enum class Setup { complete, no_url, no_apiv3_key, push_off, host_refused };

struct MerchantPlan {
  Setup setup = Setup::complete;
  Mode first = Mode::healthy;
  Mode then = Mode::healthy;
  Millis changes_at{0};
  std::uint32_t coupons = 0;      // how many requests
  std::uint32_t max_coupons = 0;  // of the stock: some requests are refused where it is less
};

struct FaultPlan {
  std::string_view name;  // of a fault point
  std::uint32_t one_in = 0;
};

// All "one in": 0 is never.
struct Workload {
  delivery::Ladder ladder = delivery::Ladder::documented;
  std::vector<MerchantPlan> merchants;
  Millis sending_time{0};  // requests are spread over it, in bursts

  std::uint32_t crashes_max = 8;              // after them nothing stops the node any more
  std::uint32_t crashes_at_random = 0;        // power cuts, ends of the process, orderly stops
  std::uint32_t crash_after_post_one_in = 0;  // right after a receiver saw a POST
  DiskFaults disk;
  Millis sync_max{3};                   // how long a sync takes at most
  std::uint64_t stop_at_operation = 0;  // of the disk
  DiskStop stop_kind = DiskStop::power;
  std::uint32_t full_disks = 0;  // times of some seconds
  std::vector<FaultPlan> fault_points;
  std::uint32_t request_lost_one_in = 0;  // between clients and node
  std::uint32_t answer_lost_one_in = 0;

  std::uint32_t resends = 0;
  std::uint32_t key_changes = 0;     // APIv3 keys, signing modes, platform keys
  std::uint32_t url_changes = 0;     // by merchants, a refused host among them
  std::uint32_t switch_changes = 0;  // push off and on, key taken away and given again
  std::uint32_t clock_moves = 0;

  std::uint32_t in_flight_max = 4096;  // of the node; few enough that dead receivers could fill it
  int checkpoint_pages = limits::kCheckpointPages;
};

// True where nothing in the plan keeps the node from storing and reading as fast as it can.
bool store_is_well(const Workload& workload);

Workload workload_of(std::uint64_t seed);

}  // namespace favorhook::sim
