#include "net/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <exception>
#include <thread>

#include "base/check.h"
#include "net/native.h"

namespace favorhook::net {

// OpenSSL writes to sockets without MSG_NOSIGNAL: a peer that has gone must not end the process.
Loop::Loop() : native_(std::make_unique<Native>()) {
  std::signal(SIGPIPE, SIG_IGN);
}
Loop::~Loop() = default;

void Loop::post(Task task) {
  asio::post(native_->context, std::move(task));
}

void Loop::after(Millis delay, Task task) {
  const auto timer =
      std::make_shared<Timer>(native_->context, std::chrono::steady_clock::now() + delay);
  timer->async_wait([timer, task = std::move(task)](ErrorCode error) mutable {
    if (!error) task();
  });
}

void Loop::run() {
  native_->context.run();
}
void Loop::stop() {
  native_->context.stop();
}

struct Loops::Threads {
  std::vector<std::thread> running;
};

Loops::Loops(std::size_t count) : threads_(std::make_unique<Threads>()) {
  CHECK(count > 0);
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>());
}

Loops::~Loops() {
  stop();
}

void Loops::start() {
  CHECK(threads_->running.empty());
  for (const auto& loop : loops_) threads_->running.emplace_back([&loop] { loop->run(); });
}

void Loops::stop() {
  for (const auto& loop : loops_) loop->stop();
  for (std::thread& thread : threads_->running) thread.join();
  threads_->running.clear();
}

void start_work(Loop::Native& loop, Work<void> work) {
  asio::co_spawn(loop.executor(), std::move(work),
                 [](const std::exception_ptr& thrown) { CHECK(thrown == nullptr); });
}

}  // namespace favorhook::net
