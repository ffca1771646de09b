// A node without sockets and threads, for counting instructions: parsers, gateway, commit queue,
// SQLite store, dispatcher and sender, wired as runtime/ wires them, on one thread. The same call
// does the same work in every run: clocks stand still, randomness is seeded, the keys are those of
// tests/fixtures.
//
//   HotNode node({.pending = 512});
//   node.answer(node.get_callback(), 1);   // a GET callbacks, from bytes to bytes
//   node.deliver(128);   // 128 of the pending events, until their results are stored
//
// Left out are system calls and what stands around them: TLS, sockets, the event loop's coroutines.
// Whatever goes wrong is a CHECK.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/queued_executor.h"
#include "base/temp_dir.h"
#include "bench/memory_transport.h"
#include "coupon/test_world.h"
#include "delivery/dispatcher.h"
#include "gateway/gateway.h"
#include "gateway/test_ports.h"
#include "net/egress.h"
#include "net/request_parser.h"

namespace favorhook::bench {

struct HotNodeOptions {
  std::int64_t pending = 0;  // events that wait for delivery
  // Launched attempts are answered; otherwise they stay in flight, as with a receiver that hangs.
  bool answers = true;
};

class HotNode {
 public:
  explicit HotNode(HotNodeOptions options);

  // Signed requests as their bytes. Coupons are numbered on and go to a few people in turn.
  std::string get_callback() const;
  std::string send_coupon();

  // Reads each request, answers it, commits what `batch` of them have left, and CHECKs that every
  // answer is a 200.
  void answer(const std::vector<std::string>& requests, std::size_t batch);
  // Until so many more of the pending events have been delivered and recorded.
  void deliver(std::size_t count);
  // Answers and notifications that were signed so far.
  std::uint64_t signatures() const { return metrics_.signatures.value(); }

 private:
  std::string signed_text(const std::string& method, const std::string& target,
                          const std::string& body) const;
  std::string answer_body(const std::string& request);
  void take(const std::string& request);
  void commit();

  HotNodeOptions options_;
  TempDir dir_;
  gateway::TestClocks clocks_;
  coupon::SeededRandom random_{1};
  net::Egress egress_{{.mode = net::EgressMode::production}};
  QueuedExecutor executor_;
  Metrics metrics_;
  coupon::DirectoryHolder directory_;
  std::unique_ptr<store::Store> store_;
  delivery::Dispatcher dispatcher_;
  std::unique_ptr<store::CommitQueue> queue_;
  std::unique_ptr<gateway::Gateway> gateway_;
  net::RequestParser parser_;
  MemoryTransport transport_;
  delivery::Sender sender_;
  std::string stock_id_;
  std::size_t sends_ = 0;
  std::size_t answered_ = 0;  // with a 200
  std::string last_body_;
};

}  // namespace favorhook::bench
