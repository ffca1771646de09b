#include "sim/node.h"

#include "base/check.h"
#include "base/limits.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::sim {

// A VFS by name, though it is the default one: then the store starts no thread of its own.
std::unique_ptr<store::Store> open_store(const std::string& path) {
  auto opened = store::open_sqlite_store({.path = path, .durable = false, .vfs = "unix"});
  CHECK(opened);
  return std::move(*opened);
}

Node::Node(NodePorts ports)
    : ports_(std::move(ports)),
      executor_(ports_.executor),
      store_(open_store(ports_.store_path), ports_.next_fault),
      dispatcher_(ports_.delivery, ports_.random, metrics_),
      transport_(ports_.network, executor_),
      sender_({transport_, ports_.platform.directory(), ports_.platform.signers(), ports_.clocks,
               ports_.random, metrics_,
               [this](delivery::AttemptReport report) { record(std::move(report)); }}) {
  dispatcher_.on_launch([this](delivery::AttemptOrder order) {
    executor_.post([this, order = std::move(order)]() mutable { sender_.start(std::move(order)); });
  });
  dispatcher_.on_not_recorded([this](delivery::AttemptReport report) {
    executor_.after(limits::kReportRetryTime,
                    [this, report = std::move(report)]() mutable { record(std::move(report)); });
  });
  // A store that fails while it is recovered ends the process, and the next start tries again.
  bool recovered = false;
  for (int starts = 0; !recovered && !store_.cut(); ++starts) {
    CHECK(starts < 1000);
    recovered = dispatcher_.recover(store_, ports_.clocks.business()).has_value();
  }
  queue_ = std::make_unique<store::CommitQueue>(store_, ports_.platform.directory(), url_policy_,
                                                ports_.random, ports_.clocks, dispatcher_,
                                                store::CommitQueueOptions{.sandbox = true});
  auto reader = store_.open_reader();
  CHECK(reader);
  gateway_ = std::make_unique<gateway::Gateway>(
      gateway::GatewayDeps{*queue_, std::move(*reader), ports_.platform.directory(), url_policy_,
                           ports_.clocks, ports_.random, executor_, metrics_,
                           ports_.platform.signers()},
      gateway::GatewayOptions{});
}

Node::~Node() {
  executor_.kill();
}

void Node::handle(const HttpRequest& request, Respond respond) {
  gateway_->handle(request, std::move(respond));
}

void Node::resend(std::int64_t event_seq, std::function<void(const coupon::Event&)> done) {
  std::unique_ptr<store::Work> work = dispatcher_.resend(
      event_seq, [done = std::move(done)](const Result<std::optional<coupon::Event>>& event) {
        if (event && *event) done(**event);
      });
  CHECK(queue_->submit(work));
}

std::optional<Millis> Node::wake_at() const {
  if (queue_->waiting() > 0) return ports_.clocks.elapsed();
  const auto at = dispatcher_.wake_at();
  if (!at) return std::nullopt;
  return Millis(unix_millis(*at) - kStartMillis);
}

void Node::record(delivery::AttemptReport report) {
  std::unique_ptr<store::Work> work = dispatcher_.record(std::move(report));
  CHECK(queue_->submit(work));
}

}  // namespace favorhook::sim
