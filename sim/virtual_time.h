// Time and its tasks in a simulation: clocks that stand still until the executor moves them to the
// next deadline.
//
//   SimClocks clocks;
//   SimExecutor executor(clocks);
//   executor.after(Millis(5000), [&] { … });
//   while (executor.run_next()) {}
//
// True time is elapsed(): what the monotonic clock and everybody outside of the node live by. The
// wall clock may be stepped against it, the business clock moved and frozen besides, as in a
// sandbox. Tasks of the same moment run in the order in which they were given. One thread.
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
    return from_unix_millis<WallTime>(kStartMillis + (elapsed_ + wall_step_).count());
  }
  BusinessTime business() const override {
    return frozen_ ? *frozen_ : BusinessTime(wall().time_since_epoch() + business_offset_);
  }
  MonotonicTime monotonic() const override { return MonotonicTime(elapsed_); }

  Millis elapsed() const { return elapsed_; }
  void move_to(Millis elapsed) {
    CHECK(elapsed >= elapsed_);
    elapsed_ = elapsed;
  }

  void step_wall(Millis by) { wall_step_ += by; }
  void move_business(Millis by) {
    business_offset_ += by;
    if (frozen_) *frozen_ += by;
  }
  void freeze_business() { frozen_ = business(); }
  void thaw_business() { frozen_.reset(); }
  // How long until the business clock shows that time; nothing while it is frozen before it.
  std::optional<Millis> until(BusinessTime time) const {
    if (time <= business()) return Millis(0);
    return frozen_ ? std::nullopt : std::optional(time - business());
  }

 private:
  Millis elapsed_{0};
  Millis wall_step_{0};
  Millis business_offset_{0};
  std::optional<BusinessTime> frozen_;
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

// An executor whose tasks die with their owner: a node that crashed gets no more callbacks, and
// what its tasks held is gone with it. A task that lived on could hold a connection to the store.
class MortalExecutor final : public Executor {
 public:
  explicit MortalExecutor(SimExecutor& executor) : executor_(executor) {}
  ~MortalExecutor() override { kill(); }
  MortalExecutor(const MortalExecutor&) = delete;
  MortalExecutor& operator=(const MortalExecutor&) = delete;

  void kill() {
    own_->alive = false;
    const std::map<std::uint64_t, Task> last = std::exchange(own_->tasks, {});
  }
  void post(Task task) override { after(Millis(0), std::move(task)); }
  void after(Millis delay, Task task) override {
    if (!own_->alive) return;
    const std::uint64_t id = ++own_->last;
    own_->tasks.emplace(id, std::move(task));
    executor_.after(delay, [own = own_, id] {
      auto node = own->tasks.extract(id);
      if (!node.empty()) node.mapped()();
    });
  }

 private:
  struct Own {
    bool alive = true;
    std::uint64_t last = 0;
    std::map<std::uint64_t, Task> tasks;
  };
  SimExecutor& executor_;
  std::shared_ptr<Own> own_ = std::make_shared<Own>();
};

}  // namespace favorhook::sim
