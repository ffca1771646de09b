#include "net/http_transport.h"

#include "base/check.h"
#include "net/exchange.h"

namespace favorhook::net {

HttpTransport::HttpTransport(Loop& loop, const Egress& egress, TlsContextPtr client_tls,
                             TransportOptions options)
    : pool_(new Pool{loop.native(), egress, std::move(client_tls),
                     std::make_unique<Resolver>(loop.native(), std::move(options.dns_servers)),
                     IdleConnections(loop.native())}) {
  CHECK(pool_->tls != nullptr);
}

// Exchanges that never ended live until the loop is destroyed; questions to DNS must end while
// there is a loop.
HttpTransport::~HttpTransport() {
  pool_->resolver.reset();
}

void HttpTransport::post(PostOrder order, std::move_only_function<void(PostResult)> done) {
  auto exchange = std::make_unique<Exchange>(pool_, std::move(order), std::move(done));
  start_work(pool_->loop, Exchange::run(std::move(exchange)));
}

}  // namespace favorhook::net
