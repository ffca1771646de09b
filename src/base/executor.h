// Where callbacks run: an event loop in a process, the one thread of a simulation.
//
//   executor.post([this] { open_gate(); });
//   executor.after(Millis(5000), [this] { give_up(); });
//
// Thread safety: post and after may be called from any thread; tasks of one executor never run at
// the same time. Limits: none of its own; callers bound what they post.
#pragma once

#include <functional>

#include "base/clocks.h"

namespace favorhook {

using Task = std::move_only_function<void()>;

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs the task later, never inside this call.
  virtual void post(Task task) = 0;
  virtual void after(Millis delay, Task task) = 0;
};

}  // namespace favorhook
