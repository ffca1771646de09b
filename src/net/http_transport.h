// The Transport of a process: notifications over TLS with keep-alive per receiver, one instance a
// loop.
//
//   HttpTransport transport(loop, egress, client_tls);
//   transport.post(order, [](PostResult result) { … });
//
// Every address that DNS gives is judged by the egress policy before it is connected to, at each
// attempt. No redirects. The receiver's certificate is verified for the URL's host. The whole
// exchange, DNS included, has the order's budget; of an answer at most kAnswerBytesMax are read.
// Idle connections: kIdleConnectionsMax a loop, kIdleConnectionTime each. Thread safety: the loop's
// thread only; destroy it after the loop has stopped.
#pragma once

#include <memory>

#include "base/transport.h"
#include "net/egress.h"
#include "net/loop.h"
#include "net/tls.h"

namespace favorhook::net {

struct Pool;  // what the exchanges of a loop share, known inside net/ only

struct TransportOptions {
  std::string dns_servers{};  // "127.0.0.1:5353,[::1]:53"; empty: the system's
};

class HttpTransport final : public Transport {
 public:
  HttpTransport(Loop& loop, const Egress& egress, TlsContextPtr client_tls,
                TransportOptions options = {});
  ~HttpTransport() override;
  void post(PostOrder order, std::move_only_function<void(PostResult)> done) override;

 private:
  std::shared_ptr<Pool> pool_;
};

}  // namespace favorhook::net
