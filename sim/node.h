// A whole node as the simulation runs it: SQLite store on a simulated disk, directory, commit
// queue, dispatcher, gateway and sender, made in the order in which a process makes them, on
// virtual clocks. Destroying it with its disk stopped is a crash: no callback of it runs any more.
// With the disk at work it is an orderly stop.
//
//   Result<std::unique_ptr<Node>> node = Node::start(ports);   // opens the store and recovers
//   (*node)->handle(request, [&](HttpAnswer answer) { … });
//   while ((*node)->poll()) {}                                 // batches
//
// One thread. Errors: those of a start, which ends the process; the next start tries again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/http_message.h"
#include "base/metrics.h"
#include "delivery/dispatcher.h"
#include "gateway/gateway.h"
#include "sim/disk_vfs.h"
#include "sim/network.h"
#include "sim/platform.h"

namespace favorhook::sim {

struct NodePorts {
  SimExecutor& executor;
  const SimClocks& clocks;
  SimRandom& random;
  Network& network;
  Platform& platform;
  DiskVfs& vfs;
  delivery::DispatcherOptions delivery;
  int checkpoint_pages;
};

class Node {
 public:
  static Result<std::unique_ptr<Node>> start(NodePorts ports);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  void handle(const HttpRequest& request, Respond respond);
  // False, and the work untouched, where the queue is full.
  bool submit(std::unique_ptr<store::Work>& work) { return queue_->submit(work); }
  std::unique_ptr<store::Work> resend(std::int64_t event_seq, delivery::ResendDone done) {
    return dispatcher_.resend(event_seq, std::move(done));
  }
  // At most one batch. False where there is none to do now.
  bool poll() { return queue_->poll(); }
  // When poll() has something to do, in true time: now where commands wait, else when an event is
  // due.
  std::optional<Millis> wake_at() const;

  store::Store& store() { return *store_; }

 private:
  Node(NodePorts ports, std::unique_ptr<store::Store> store,
       std::shared_ptr<const coupon::Directory> directory, std::unique_ptr<store::Reader> reader);

  void hand_in(std::unique_ptr<store::Work> record);
  void record_again(delivery::AttemptReport report);

  NodePorts ports_;
  MortalExecutor executor_;
  Metrics metrics_;
  SimUrlPolicy url_policy_;
  std::unique_ptr<store::Store> store_;
  coupon::DirectoryHolder directory_;
  delivery::Dispatcher dispatcher_;
  std::unique_ptr<store::CommitQueue> queue_;
  SimTransport transport_;
  delivery::Sender sender_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

// For a node, and for checkers that look into a copy of its disk.
Result<std::unique_ptr<store::Store>> open_store(DiskVfs& vfs, int checkpoint_pages);

}  // namespace favorhook::sim
