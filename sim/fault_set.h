// The fault points and probes of one run: which faults may strike and how often, and how often each
// probe was hit. All names are in the tables of fault_set.cc; another name is a CHECK.
//
//   FaultSet faults(seed);                     // hooks itself into this thread
//   faults.enable("store.commit_fails", 20);   // one in 20
//   …
//   faults.hits()[i]                           // of probe_names()[i]
//
// Thread safety: one thread; at most one set a thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/fault_point.h"
#include "base/probe.h"
#include "sim/sim_random.h"

namespace favorhook::sim {

std::span<const std::string_view> fault_names();
// Where the fixed seeds of sim_test must come by.
std::span<const std::string_view> probe_names();

class FaultSet final : public FaultPoints, public Probes {
 public:
  explicit FaultSet(std::uint64_t seed);
  ~FaultSet() override;
  FaultSet(const FaultSet&) = delete;
  FaultSet& operator=(const FaultSet&) = delete;

  void enable(std::string_view name, std::uint32_t one_in);
  // Only probes from now on, for checkers that read the store.
  void pause(bool paused) { fault_points = paused ? nullptr : this; }

  bool strikes(std::string_view name) override;
  void hit(std::string_view name) override;

  std::span<const std::uint64_t> struck() const { return struck_; }
  std::span<const std::uint64_t> hits() const { return hits_; }

 private:
  SimRandom random_;
  std::vector<std::uint32_t> one_in_;
  std::vector<std::uint64_t> struck_;
  std::vector<std::uint64_t> hits_;
};

}  // namespace favorhook::sim
