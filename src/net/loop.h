// Event loops: one a core, each one thread and one io_context.
//
//   Loops loops(2);
//   loops.start();
//   loops.at(0).post([] { … });
//   loops.stop();      // joins
//
// Thread safety: post and after from any thread. The io_context is hidden behind native(), which
// only net/ uses.
#pragma once

#include <memory>
#include <vector>

#include "base/executor.h"

namespace favorhook::net {

class Loop final : public Executor {
 public:
  Loop();
  ~Loop() override;
  void post(Task task) override;
  void after(Millis delay, Task task) override;

  struct Native;
  Native& native() { return *native_; }
  void run();  // until stop()
  void stop();

 private:
  std::unique_ptr<Native> native_;
};

class Loops {
 public:
  explicit Loops(std::size_t count);
  ~Loops();
  void start();
  void stop();
  std::size_t size() const { return loops_.size(); }
  Loop& at(std::size_t index) { return *loops_[index % loops_.size()]; }

 private:
  struct Threads;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Threads> threads_;
};

}  // namespace favorhook::net
