// Names a rare situation in the program, so that a simulation can tell whether it ever came about.
//
//   if (event.attempts_unknown >= bound) probe("delivery.unknown_bound_reached");
//
// Without a hook, as in every process but a simulation, it is one load and one branch. A probe that
// a simulation's fixed seeds never hit is a case that nobody has tried; sim/fault_set.h lists them.
// Thread safety: the hook belongs to its thread.
#pragma once

#include <string_view>

namespace favorhook {

class Probes {
 public:
  virtual ~Probes() = default;
  virtual void hit(std::string_view name) = 0;
};

inline constinit thread_local Probes* probes = nullptr;

inline void probe(std::string_view name) {
  if (probes != nullptr) probes->hit(name);
}

}  // namespace favorhook
