#include "cli/receiver.h"

#include "apiv3/notification.h"
#include "base/limits.h"
#include "cli/forward.h"
#include "cli/notification_answer.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "net/tls.h"

namespace favorhook::cli {
namespace {

class TlsReceiver final : public Receiver {
 public:
  TlsReceiver(ReceiverOptions options, merchant::NotificationHandler handler)
      : options_(std::move(options)), handler_(std::move(handler)), loops_(1) {
    if (!options_.forward_to.empty()) forwarder_.emplace(options_.forward_to);
  }

  ~TlsReceiver() override {
    if (server_) server_->drain(limits::kDrainTime);
    forwarder_.reset();  // its threads answer on the loop, so they end first
    server_.reset();
    loops_.stop();
  }

  Result<void> listen() {
    auto tls = net::make_server_tls(options_.identity.chain_pem, options_.identity.key_pem);
    if (!tls) return fail(std::move(tls.error()));
    net::ListenOptions listen;
    listen.address = options_.address;
    listen.port = options_.port;
    listen.tls = *tls;
    listen.body_bytes_max = limits::kNotificationBytesMax;
    auto server = net::HttpServer::listen(
        loops_, std::move(listen),
        {[this](HttpRequest r, Respond respond) { take(std::move(r), std::move(respond)); }});
    if (!server) return fail(std::move(server.error()));
    server_ = std::move(*server);
    loops_.start();
    return {};
  }

  std::uint16_t port() const override { return server_->port(); }

 private:
  void take(HttpRequest request, Respond respond) {
    if (request.method != "POST") return respond(fail_answer(405, "notifications are POSTs"));
    auto post = std::make_shared<ReceivedPost>(judge(request));
    if (!forwarder_) {
      post->answer = own_answer(*post);
      return finish(*post, std::move(respond));
    }
    auto later = std::make_shared<Respond>(std::move(respond));
    forwarder_->pass(std::move(request), [this, post, later](HttpAnswer answer) {
      loops_.at(0).post([this, post, later, answer = std::move(answer)]() mutable {
        post->answer = std::move(answer);
        finish(*post, std::move(*later));
      });
    });
  }

  ReceivedPost judge(const HttpRequest& request) const {
    ReceivedPost post;
    post.received = SystemClocks().wall();
    post.target = request.target;
    post.headers = request.headers;
    post.body = request.body;
    if (const auto envelope = apiv3::read_notification(request.body)) {
      post.id = envelope->id;
      post.ciphertext_length = envelope->ciphertext.size();
    }
    std::vector<std::pair<std::string, std::string>> headers;
    for (const Header& header : request.headers) headers.emplace_back(header.name, header.value);
    auto notification = handler_.parse(headers, request.body);
    if (notification) {
      post.notification = std::move(notification.value());
    } else {
      post.fault = notification.error();
    }
    return post;
  }

  HttpAnswer own_answer(const ReceivedPost& post) const {
    if (options_.answer_status) {
      const int status = *options_.answer_status;
      if (status < 300) return taken_answer(status);
      return fail_answer(status, "answered as the receiver was told to");
    }
    if (!post.fault.empty()) return fail_answer(401, post.fault);
    return options_.answer_good ? options_.answer_good(post) : taken_answer(200);
  }

  void finish(const ReceivedPost& post, Respond respond) {
    if (options_.on_post) options_.on_post(post);
    auto send = [this, answer = post.answer, respond = std::move(respond)]() mutable {
      respond(std::move(answer));
      if (options_.on_answered) options_.on_answered();
    };
    if (options_.delay.count() == 0) return send();
    loops_.at(0).after(options_.delay, std::move(send));
  }

  ReceiverOptions options_;
  merchant::NotificationHandler handler_;
  net::Loops loops_;
  std::optional<Forwarder> forwarder_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace

Result<std::unique_ptr<Receiver>> Receiver::start(ReceiverOptions options,
                                                  merchant::NotificationHandler handler) {
  auto receiver = std::make_unique<TlsReceiver>(std::move(options), std::move(handler));
  if (auto listening = receiver->listen(); !listening) return fail(std::move(listening.error()));
  return receiver;
}

}  // namespace favorhook::cli
