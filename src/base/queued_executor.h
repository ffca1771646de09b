// An executor without a thread: what is posted runs when its owner says so.
//
//   QueuedExecutor executor;
//   while (!answer) CHECK(executor.run_one() || queue.poll());
//
// For commands that work on the store in their own process, and for tests. There is no clock: a
// delay counts as over. Thread safety: one thread. Limits: none of its own; callers bound what they
// post.
#pragma once

#include <deque>
#include <utility>

#include "base/executor.h"

namespace favorhook {

class QueuedExecutor final : public Executor {
 public:
  void post(Task task) override { tasks_.push_back(std::move(task)); }
  void after(Millis, Task task) override { post(std::move(task)); }

  // The task that waits longest; false where none waits.
  bool run_one() {
    if (tasks_.empty()) return false;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }
  void drain() {
    while (run_one()) {
    }
  }

 private:
  std::deque<Task> tasks_;
};

}  // namespace favorhook
