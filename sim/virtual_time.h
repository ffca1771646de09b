// Time and its tasks in a simulation: clocks that stand still until the executor moves them to the
// next deadline.
//
//   SimClocks clocks;
//   SimExecutor executor(clocks);
//   executor.after(Millis(5000), [&] { … });
//   while (executor.run_next()) {}
//
// Tasks of the same moment run in the order in which they were given. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/clocks.h"
#include "base/executor.h"

namespace favorhook::sim {

// 2026-05-20T08:00:00+08:00: within the validity of every stock and certificate of the simulation.
inline constexpr std::int64_t kStartMillis = 1'779'235'200'000;

class SimClocks final : public Clocks {
 public:
  WallTime wall() const override {
    return from_unix_millis<WallTime>(kStartMillis + elapsed_.count());
  }
  BusinessTime business() const override {
    return from_unix_millis<BusinessTime>(kStartMillis + elapsed_.count());
  }
  MonotonicTime monotonic() const override { return MonotonicTime(elapsed_); }

  Millis elapsed() const { return elapsed_; }
  void move_to(Millis elapsed) {
    CHECK(elapsed >= elapsed_);
    elapsed_ = elapsed;
  }

 private:
  Millis elapsed_{0};
};

class SimExecutor final : public Executor {
 public:
  explicit SimExecutor(SimClocks& clocks) : clocks_(clocks) {}

  void post(Task task) override { after(Millis(0), std::move(task)); }
  void after(Millis delay, Task task) override {
    CHECK(delay >= Millis(0));
    tasks_.emplace(std::pair(clocks_.elapsed() + delay, ++last_), std::move(task));
  }
  // When the next task runs.
  std::optional<Millis> next() const {
    return tasks_.empty() ? std::nullopt : std::optional(tasks_.begin()->first.first);
  }
  // Moves the clocks to the next deadline and runs its task. False where there is none.
  bool run_next() {
    if (tasks_.empty()) return false;
    auto node = tasks_.extract(tasks_.begin());
    clocks_.move_to(std::max(clocks_.elapsed(), node.key().first));
    node.mapped()();
    return true;
  }

 private:
  SimClocks& clocks_;
  std::uint64_t last_ = 0;
  std::map<std::pair<Millis, std::uint64_t>, Task> tasks_;
};

// An executor whose tasks die with their owner: a node that crashed gets no more callbacks.
class MortalExecutor final : public Executor {
 public:
  explicit MortalExecutor(SimExecutor& executor) : executor_(executor) {}
  ~MortalExecutor() override { kill(); }
  MortalExecutor(const MortalExecutor&) = delete;
  MortalExecutor& operator=(const MortalExecutor&) = delete;

  void kill() { *alive_ = false; }
  void post(Task task) override { after(Millis(0), std::move(task)); }
  void after(Millis delay, Task task) override {
    executor_.after(delay, [alive = alive_, task = std::move(task)]() mutable {
      if (*alive) task();
    });
  }

 private:
  SimExecutor& executor_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace favorhook::sim
