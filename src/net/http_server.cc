#include "net/http_server.h"

#include <boost/asio/post.hpp>

#include "base/check.h"
#include "base/limits.h"
#include "net/listener.h"

namespace favorhook::net {
namespace {

Result<tcp::endpoint> endpoint_of(const ListenOptions& options) {
  const std::string& text = options.address == "localhost" ? "127.0.0.1" : options.address;
  const auto address = IpAddress::from_text(text);
  if (!address) return fail("cannot listen on \"{}\": no IP address", options.address);
  return to_endpoint(*address, options.port);
}

// The loops' acceptors share a port, and so would a second process of the same user, in silence.
// Binding without sharing first tells.
Result<void> port_is_free(const tcp::endpoint& endpoint) {
  asio::io_context context;
  Acceptor probe(context);
  ErrorCode error;
  probe.open(endpoint.protocol(), error);
  if (!error) probe.set_option(Acceptor::reuse_address(true), error);
  if (!error) probe.bind(endpoint, error);
  if (!error) probe.listen(1, error);
  if (error) return fail("cannot listen on {}: {}", to_text(endpoint), error.message());
  return {};
}

class Server final : public HttpServer {
 public:
  Server(std::shared_ptr<ServerState> state, std::vector<std::shared_ptr<Listener>> listeners,
         std::uint16_t port)
      : state_(std::move(state)), listeners_(std::move(listeners)), port_(port) {}
  ~Server() override {
    each([](Listener& listener) {
      listener.stop_accepting();
      listener.cut();
    });
  }

  std::uint16_t port() const override { return port_; }
  std::size_t connections() const override { return state_->open(); }

  void drain(Millis at_most) override {
    state_->draining.store(true);
    const auto until = std::chrono::steady_clock::now() + at_most;
    each([](Listener& listener) {
      listener.stop_accepting();
      listener.close_idle();
    });
    if (state_->wait_until_empty(until)) return;
    each([](Listener& listener) { listener.cut(); });
    state_->wait_until_empty(std::chrono::steady_clock::now() + limits::kDrainCutTime);
  }

 private:
  void each(void (*action)(Listener&)) {
    for (const auto& listener : listeners_) {
      asio::post(listener->loop().context, [listener, action] { action(*listener); });
    }
  }

  std::shared_ptr<ServerState> state_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Loops& loops, ListenOptions options,
                                                       std::vector<HttpHandler> handlers) {
  CHECK(handlers.size() == loops.size());
  auto endpoint = endpoint_of(options);
  if (!endpoint) return fail(std::move(endpoint.error()));
  if (endpoint->port() != 0) {
    if (auto free = port_is_free(*endpoint); !free) return fail(std::move(free.error()));
  }
  auto state = std::make_shared<ServerState>(std::move(options));
  std::vector<std::shared_ptr<Listener>> listeners;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    auto listener = std::make_shared<Listener>(loops.at(i).native(), state, std::move(handlers[i]));
    const auto port = listener->open(*endpoint);
    if (!port) return fail(port.error());
    endpoint->port(*port);
    listeners.push_back(std::move(listener));
  }
  for (const auto& listener : listeners) {
    asio::post(listener->loop().context, [listener] { listener->start(); });
  }
  return std::make_unique<Server>(std::move(state), std::move(listeners), endpoint->port());
}

}  // namespace favorhook::net
