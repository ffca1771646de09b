// Named places where a simulation makes the program fail, or take its rare way.
//
//   if (fault("store.commit_fails")) return fail("fault point");
//
// Without a hook, as in every process but a simulation, it is one load and one branch that is never
// taken. A simulation sets the hook of its thread and chooses, run by run, which of the names may
// strike (sim/fault_set.h knows all of them). Thread safety: the hook belongs to its thread.
#pragma once

#include <string_view>

namespace favorhook {

class FaultPoints {
 public:
  virtual ~FaultPoints() = default;
  virtual bool strikes(std::string_view name) = 0;
};

inline constinit thread_local FaultPoints* fault_points = nullptr;

inline bool fault(std::string_view name) {
  return fault_points != nullptr && fault_points->strikes(name);
}

}  // namespace favorhook
