#include "bench/bare_exchange.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>

#include "base/check.h"
#include "base/limits.h"
#include "bench/measure.h"
#include "crypto/random.h"
#include "delivery/seal.h"
#include "net/post_text.h"
#include "net/tls_native.h"

namespace favorhook::bench {
namespace {

constexpr std::size_t kWarmUp = 200;

// Blocking, so that an exchange is two system calls.
class Connection {
 public:
  Connection(std::uint16_t port, const net::TlsContext& context)
      : socket_(connect_to_loopback(port)), ssl_(::SSL_new(context.ssl.get())) {
    const int on = 1;
    CHECK(::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    CHECK(::SSL_set_fd(ssl_.get(), socket_) == 1 && ::SSL_connect(ssl_.get()) == 1);
  }
  Connection(const Connection&) = delete;
  ~Connection() { ::close(socket_); }

  void exchange(const std::string& request) {
    read_answer();
    std::size_t written = 0;
    CHECK(::SSL_write_ex(ssl_.get(), request.data(), request.size(), &written) == 1);
    waits_ = true;
  }
  void read_answer() {
    if (!waits_) return;
    char answer[limits::kReadBytes];
    std::size_t read = 0;
    CHECK(::SSL_read_ex(ssl_.get(), answer, sizeof answer, &read) == 1);
    CHECK(std::string_view(answer, read).starts_with("HTTP/1.1 204"));
    waits_ = false;
  }

 private:
  int socket_;
  std::unique_ptr<SSL, net::SslFree> ssl_;
  bool waits_ = false;
};

std::string request_text(const Bench& bench, const RivalKeys& keys, crypto::Signer& signer) {
  crypto::SystemRandom random;
  const SystemClocks clocks;
  coupon::Merchant merchant;
  merchant.apiv3_key = bench.merchant.receiver_keys().apiv3_key;
  const coupon::PlatformKey key{
      keys.id, coupon::SigningMode::public_key, "", keys.key, clocks.wall(), clocks.wall()};
  coupon::Event event;
  event.id = "bare-exchange";
  event.event_type = "COUPON.SEND";
  event.create_time = clocks.business();
  // As long as a COUPON.SEND without attach_info.
  event.plaintext = fmt::format(R"({{"event_type":"EVENT_TYPE_BUSICOUPON_SEND","padding":"{}"}})",
                                std::string(360, 'x'));
  auto post = or_exit(delivery::seal_event(event, "593BEC0C930BF1AFEB40B4A08C8FB242", merchant, key,
                                           signer, clocks.wall(), random));
  net::Targets targets;
  PostOrder order;
  order.url = bench.receiver.url();
  order.headers = std::move(post.headers);
  order.body = std::move(post.body);
  return net::post_text(*or_exit(targets.find(order.url)), order);
}

}  // namespace

Row measure_bare_exchange(Bench& bench, const RivalKeys& keys, std::size_t count) {
  Row row{.id = "bare_exchange", .title = "a bare exchange: signature, TLS write, TLS read"};
  crypto::RsaSigner signer(keys.key);
  const std::string request = request_text(bench, keys, signer);
  std::deque<Connection> connections;
  while (connections.size() < limits::kInFlightPerReceiverMax) {
    connections.emplace_back(bench.receiver.port(), *bench.trust);
  }
  double signing = 0;
  const auto exchange = [&](std::size_t number) {
    const double begun = thread_cpu_seconds();
    signer.sign(request);
    signing += thread_cpu_seconds() - begun;
    connections[number % connections.size()].exchange(request);
  };
  for (std::size_t i = 0; i < kWarmUp; ++i) exchange(i);
  signing = 0;
  const double cpu = thread_cpu_seconds();
  const std::int64_t begun = now_ns();
  for (std::size_t i = 0; i < count; ++i) exchange(kWarmUp + i);
  const auto exchanges = static_cast<double>(count);
  row.cpu_us = (thread_cpu_seconds() - cpu) * 1e6 / exchanges;
  row.per_second = exchanges * 1e9 / static_cast<double>(now_ns() - begun);
  row.unit.sign_us = row.limit_us = signing * 1e6 / exchanges;
  row.limit = "1 signature";
  for (Connection& connection : connections) connection.read_answer();
  CHECK(bench.receiver.notes().faults == 0);
  return row;
}

}  // namespace favorhook::bench
