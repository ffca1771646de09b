#include "runtime/server.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/random.h"
#include "net/http_server.h"
#include "runtime/admin_listener.h"
#include "runtime/admin_service.h"
#include "runtime/descriptors.h"
#include "runtime/node.h"
#include "runtime/node_store.h"
#include "runtime/server_file.h"
#include "runtime/tls_identity.h"

namespace favorhook::runtime {
namespace {

delivery::Ladder ladder_of(const Config& config) {
  const auto otherwise = config.sandbox ? delivery::Ladder::documented : delivery::Ladder::extended;
  return config.ladder.value_or(otherwise);
}

net::EgressOptions egress_of(const Config& config) {
  net::EgressOptions options = config.egress;
  options.mode = config.sandbox ? net::EgressMode::sandbox : net::EgressMode::production;
  return options;
}

std::size_t loops_of(const Config& config) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return config.loops == 0 ? cores : config.loops;
}

// Members are in the order in which they are made; the last made goes first.
class RunningServer final : public Server {
 public:
  RunningServer(const Config& config, DataDir data)
      : config_(config),
        data_(std::move(data)),
        clocks_(config.business_offset),
        egress_(egress_of(config)),
        dispatcher_({.ladder = ladder_of(config)}, random_, metrics_),
        admin_loops_(1),
        loops_(loops_of(config)) {}
  ~RunningServer() override { stop(); }

  Result<void> start();
  const ServerInfo& info() const override { return info_; }
  void stop() override;

 private:
  Result<void> open_store();
  Result<void> make_nodes();
  void run_writer();
  Result<void> listen();
  Result<void> listen_admin();
  Result<std::unique_ptr<net::HttpServer>> listen_api(const Address& address,
                                                      net::TlsContextPtr tls);
  Result<void> publish_place();
  void drain_listeners();
  void wait_for_attempts();

  const Config config_;
  DataDir data_;
  crypto::SystemRandom random_;
  SystemClocks clocks_;
  Metrics metrics_;
  std::optional<NodeStore> held_;
  TlsIdentity identity_;
  net::Egress egress_;
  delivery::Dispatcher dispatcher_;
  std::optional<store::CommitQueue> queue_;
  std::optional<NodeShared> shared_;
  net::Loops admin_loops_;
  net::Loops loops_;
  const std::size_t connections_max_ = connections_that_fit(loops_.size());
  std::vector<std::unique_ptr<Node>> nodes_;
  std::optional<AdminListener> admin_;
  std::unique_ptr<net::HttpServer> plain_server_, tls_server_, admin_server_;
  std::atomic<std::size_t> next_node_{0};
  std::thread writer_;
  ServerInfo info_;
  bool published_ = false;
  bool stopped_ = false;
};

Result<void> RunningServer::start() {
  Result<void> done = open_store();
  if (done) done = make_nodes();
  if (!done) return done;
  run_writer();
  loops_.start();
  admin_loops_.start();
  done = listen();
  if (done) done = publish_place();
  if (done) admin_->set_ready(true);
  return done;
}

Result<void> RunningServer::open_store() {
  auto held =
      open_node_store(data_, "favorhook serve", config_.master_key, clocks_.wall(), random_);
  if (!held) return fail(held.error());
  held_.emplace(std::move(*held));
  // Before the queue owns the store: it may have to keep a new certificate.
  auto identity = tls_identity(config_, *held_->store, held_->authority, clocks_.wall());
  if (!identity) return fail(identity.error());
  identity_ = std::move(*identity);
  queue_.emplace(
      *held_->store, *held_->directory, egress_, random_, clocks_, dispatcher_,
      store::CommitQueueOptions{
          .sandbox = config_.sandbox, .linger = config_.commit_linger, .metrics = &metrics_});
  return dispatcher_.recover(*held_->store, clocks_.business());
}

Result<void> RunningServer::make_nodes() {
  net::ClientTrust trust;
  if (config_.sandbox) trust.authority_pems.push_back(held_->authority.certificate_pem());
  auto client_tls = net::make_client_tls(trust);
  if (!client_tls) return fail(client_tls.error());
  shared_.emplace(*queue_, dispatcher_, *held_->directory, egress_, *client_tls, clocks_, random_,
                  metrics_, config_.gateway);
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    auto reader = held_->store->open_reader();
    if (!reader) return fail(reader.error());
    nodes_.push_back(std::make_unique<Node>(loops_.at(i), *shared_, std::move(*reader)));
  }
  const auto any_node = [this]() -> Node& { return *nodes_[next_node_++ % nodes_.size()]; };
  dispatcher_.on_launch(
      [any_node](delivery::AttemptOrder order) { any_node().launch(std::move(order)); });
  dispatcher_.on_not_recorded(
      [any_node](delivery::AttemptReport report) { any_node().record_again(std::move(report)); });
  return {};
}

void RunningServer::run_writer() {
  writer_ = std::thread([this] { queue_->run(); });
}

Result<void> RunningServer::listen() {
  auto server_tls = net::make_server_tls(identity_.chain_pem, identity_.key_pem);
  crypto::wipe(identity_.key_pem);
  if (!server_tls) return fail(server_tls.error());
  auto plain = listen_api(config_.listen, nullptr);
  if (!plain) return fail(plain.error());
  plain_server_ = std::move(*plain);
  auto secure = listen_api(config_.tls_listen, *server_tls);
  if (!secure) return fail(secure.error());
  tls_server_ = std::move(*secure);
  return listen_admin();
}

Result<std::unique_ptr<net::HttpServer>> RunningServer::listen_api(const Address& address,
                                                                   net::TlsContextPtr tls) {
  std::vector<HttpHandler> handlers;
  handlers.reserve(nodes_.size());
  for (const auto& node : nodes_) handlers.push_back(node->handler());
  net::ListenOptions options;
  options.address = address.host;
  options.port = address.port;
  options.tls = std::move(tls);
  options.limits.connections = connections_max_;
  options.limits.idle = config_.keep_alive;
  options.malformed = [this](net::Malformed what) {
    const auto id = what == net::Malformed::body_too_large ? apiv3::ErrorId::body_too_large
                                                           : apiv3::ErrorId::request_malformed;
    return gateway::malformed_answer(id, clocks_.wall(), random_);
  };
  return net::HttpServer::listen(loops_, std::move(options), std::move(handlers));
}

Result<void> RunningServer::listen_admin() {
  auto for_service = held_->store->open_reader();
  if (!for_service) return fail(for_service.error());
  auto for_metrics = held_->store->open_reader();
  if (!for_metrics) return fail(for_metrics.error());
  admin::ServiceDeps deps = admin_service_deps(*queue_, std::move(*for_service), *held_,
                                               data_.sandbox, clocks_, random_, admin_loops_.at(0));
  deps.make_resend = [this](std::int64_t event_seq, delivery::ResendDone done) {
    return dispatcher_.resend(event_seq, std::move(done));
  };
  admin_.emplace(AdminListenerDeps{data_.admin_token, admin::Service(std::move(deps)),
                                   std::move(*for_metrics), *held_->directory, *queue_, metrics_});
  net::ListenOptions options;
  options.address = config_.admin_listen.host;
  options.port = config_.admin_listen.port;
  options.body_bytes_max = limits::kAdminBodyBytesMax;
  options.limits.connections = connections_max_ + limits::kOperatorConnections;
  const HttpHandler handler = [this](HttpRequest request, Respond respond) {
    admin_->handle(std::move(request), std::move(respond));
  };
  auto server = net::HttpServer::listen(admin_loops_, std::move(options), {handler});
  if (!server) return fail(server.error());
  admin_server_ = std::move(*server);
  return {};
}

Result<void> RunningServer::publish_place() {
  const auto bound = [](Address address, const net::HttpServer& server) {
    address.port = server.port();
    return address.to_text();
  };
  info_.listen = bound(config_.listen, *plain_server_);
  info_.tls_listen = bound(config_.tls_listen, *tls_server_);
  info_.admin_listen = bound(config_.admin_listen, *admin_server_);
  info_.sandbox = data_.sandbox;
  info_.data_dir = data_.path;
  auto written = write_server_file(
      data_.file(kServerFile), {::getpid(), info_.listen, info_.tls_listen, info_.admin_listen});
  published_ = written.has_value();
  return written;
}

// Requests in work end and are answered; the queue still commits for them.
void RunningServer::drain_listeners() {
  std::vector<std::thread> drains;
  for (net::HttpServer* server : {plain_server_.get(), tls_server_.get(), admin_server_.get()}) {
    if (server != nullptr) drains.emplace_back([server] { server->drain(limits::kDrainTime); });
  }
  for (std::thread& drain : drains) drain.join();
}

// Attempts end by themselves within kAttemptTime. Those that do not stay intents, and the next
// start tells that their outcome is unknown.
void RunningServer::wait_for_attempts() {
  const MonotonicTime until = clocks_.monotonic() + limits::kAttemptTime + limits::kReportRetryTime;
  while (shared_->attempts.load() > 0 && clocks_.monotonic() < until) {
    std::this_thread::sleep_for(limits::kReportRetryTime);
  }
}

void RunningServer::stop() {
  if (std::exchange(stopped_, true)) return;
  if (admin_) admin_->set_ready(false);
  dispatcher_.drain();
  drain_listeners();
  if (writer_.joinable()) {
    wait_for_attempts();
    queue_->stop();
    writer_.join();
  }
  loops_.stop();
  admin_loops_.stop();
  if (published_) std::remove(data_.file(kServerFile).c_str());
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const Config& config) {
  set_log_level(config.log_level);
  auto data = open_data_dir(config.data_dir, config.sandbox);
  if (!data) return fail(data.error());
  auto server = std::make_unique<RunningServer>(config, std::move(*data));
  if (auto started = server->start(); !started) return fail(started.error());
  return server;
}

}  // namespace favorhook::runtime
