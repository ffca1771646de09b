// A whole node as the simulation runs it: gateway, commit queue, SQLite store, dispatcher and
// sender, wired as a process wires them, on virtual clocks. Destroying it is a crash: nothing is
// flushed, no callback of it runs any more.
//
//   Node node(ports);                       // opens the store and recovers
//   node.handle(request, [&](HttpAnswer answer) { … });
//   while (node.poll()) {}                  // batches
//
// One thread. Errors: a store that cannot be opened or recovered is a CHECK, since the file is the
// simulation's own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/http_message.h"
#include "base/metrics.h"
#include "delivery/dispatcher.h"
#include "gateway/gateway.h"
#include "sim/faulty_store.h"
#include "sim/network.h"
#include "sim/platform.h"

namespace favorhook::sim {

struct NodePorts {
  SimExecutor& executor;
  const SimClocks& clocks;
  SimRandom& random;
  Network& network;
  Platform& platform;
  std::string store_path;
  delivery::DispatcherOptions delivery;
  std::function<CommitFault()> next_fault;
};

class Node {
 public:
  explicit Node(NodePorts ports);
  ~Node();

  void handle(const HttpRequest& request, Respond respond);
  void resend(std::int64_t event_seq, std::function<void(const coupon::Event&)> done);
  // At most one batch. False where there is none to do now.
  bool poll() { return queue_->poll(); }
  // When poll() has something to do: now where commands wait, else when an event is due.
  std::optional<Millis> wake_at() const;
  // The power went off inside a commit.
  bool cut() const { return store_.cut(); }

  store::Store& store() { return store_; }
  const Metrics& metrics() const { return metrics_; }

 private:
  void record(delivery::AttemptReport report);

  NodePorts ports_;
  MortalExecutor executor_;
  Metrics metrics_;
  SimUrlPolicy url_policy_;
  FaultyStore store_;
  delivery::Dispatcher dispatcher_;
  std::unique_ptr<store::CommitQueue> queue_;
  SimTransport transport_;
  delivery::Sender sender_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

std::unique_ptr<store::Store> open_store(const std::string& path);

}  // namespace favorhook::sim
