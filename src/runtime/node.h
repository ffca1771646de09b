// What each loop of a node has for itself: a gateway for requests in, a sender for notifications
// out.
//
//   Node node(loop, shared, std::move(reader));
//   handlers.push_back(node.handler());
//   node.launch(order);                       // from the writer's thread
//
// Thread safety: handler() is called on the loop; launch and record_again from any thread.
// Ownership: destroyed after the loops have stopped. A report that finds the commit queue full is
// handed in again until it is taken: none is lost while the process lives.
#pragma once

#include <atomic>
#include <memory>

#include "delivery/dispatcher.h"
#include "delivery/sender.h"
#include "gateway/gateway.h"
#include "net/http_transport.h"

namespace favorhook::runtime {

// What the loops share.
struct NodeShared {
  store::CommitQueue& queue;
  delivery::Dispatcher& dispatcher;
  const coupon::DirectoryHolder& directory;
  const net::Egress& egress;
  net::TlsContextPtr client_tls;
  const Clocks& clocks;
  Random& random;
  Metrics& metrics;
  gateway::GatewayOptions gateway;
  std::atomic<std::int64_t> attempts{0};  // launched, and their results not yet in the queue
};

class Node {
 public:
  Node(net::Loop& loop, NodeShared& shared, std::unique_ptr<store::Reader> reader);

  HttpHandler handler();
  void launch(delivery::AttemptOrder order);
  // The commit of the report failed: once more, after a pause.
  void record_again(delivery::AttemptReport report);

 private:
  void hand_in(std::unique_ptr<store::Work> record);

  net::Loop& loop_;
  NodeShared& shared_;
  gateway::Gateway gateway_;
  net::HttpTransport transport_;
  delivery::Sender sender_;
};

}  // namespace favorhook::runtime
