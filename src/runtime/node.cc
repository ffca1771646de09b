#include "runtime/node.h"

#include "base/limits.h"

namespace favorhook::runtime {

Node::Node(net::Loop& loop, NodeShared& shared, std::unique_ptr<store::Reader> reader)
    : loop_(loop),
      shared_(shared),
      gateway_(gateway::GatewayDeps{shared.queue, std::move(reader), shared.directory,
                                    shared.egress, shared.clocks, shared.random, loop,
                                    shared.metrics, coupon::make_rsa_signer},
               shared.gateway),
      transport_(loop, shared.egress, shared.client_tls),
      sender_(delivery::SenderDeps{transport_, shared.directory, coupon::make_rsa_signer,
                                   shared.clocks, shared.random, shared.metrics,
                                   [this](delivery::AttemptReport report) {
                                     hand_in(shared_.dispatcher.record(std::move(report)));
                                   }}) {}

HttpHandler Node::handler() {
  return [this](const HttpRequest& request, Respond respond) {
    gateway_.handle(request, std::move(respond));
  };
}

void Node::launch(delivery::AttemptOrder order) {
  shared_.attempts.fetch_add(1);
  loop_.post([this, order = std::move(order)]() mutable { sender_.start(std::move(order)); });
}

void Node::record_again(delivery::AttemptReport report) {
  shared_.attempts.fetch_add(1);
  loop_.after(limits::kReportRetryTime, [this, report = std::move(report)]() mutable {
    hand_in(shared_.dispatcher.record(std::move(report)));
  });
}

void Node::hand_in(std::unique_ptr<store::Work> record) {
  if (shared_.queue.submit(record)) {
    shared_.attempts.fetch_sub(1);
    return;
  }
  loop_.after(limits::kReportRetryTime,
              [this, record = std::move(record)]() mutable { hand_in(std::move(record)); });
}

}  // namespace favorhook::runtime
