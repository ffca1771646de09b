// One run of the simulation: a node, its clients, its receivers, its operator and the faults
// between them, from an empty disk until nothing is left to do; then the checkers.
//
//   Outcome outcome = run_world(seed, workload_of(seed));
//   for (const std::string& fault : outcome.faults) …
//
// The same seed and workload give the same run, in every process and with every compiler. One
// thread; nothing outside of memory is touched.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clocks.h"
#include "sim/workload.h"

namespace favorhook::sim {

struct Outcome {
  std::vector<std::string> faults;  // of the checkers; empty: all is well
  std::uint64_t events = 0;
  std::uint64_t attempts = 0;
  std::uint64_t delivered = 0;
  std::uint64_t posts_seen = 0;
  std::uint32_t crashes = 0;
  std::uint64_t disk_operations = 0;
  std::uint64_t trace = 0;  // a digest of what happened, in order
  Millis virtual_time{0};
  std::vector<std::uint64_t> struck;  // by fault_names()
  std::vector<std::uint64_t> hits;    // by probe_names()
};

Outcome run_world(std::uint64_t seed, const Workload& workload);

}  // namespace favorhook::sim
