#include "net/session.h"

#include <boost/asio/post.hpp>

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/answer_text.h"

namespace favorhook::net {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

MonotonicTime in(Millis time) {
  return std::chrono::steady_clock::now() + time;
}

std::string peer_text(const Socket& socket) {
  ErrorCode error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string("unknown") : to_text(endpoint);
}

std::shared_ptr<Stream> make_stream(Socket socket, const TlsContextPtr& tls) {
  return tls ? Stream::tls_server(std::move(socket), *tls) : Stream::plain(std::move(socket));
}

std::size_t body_bound(const ListenOptions& options) {
  return options.body_bytes_max == 0 ? limits::kRequestBodyBytesMax : options.body_bytes_max;
}

// What the handler is given to answer with. Dropped unused it answers 500; it may outlive its
// session.
class Answering {
 public:
  explicit Answering(std::weak_ptr<Session> session) : session_(std::move(session)) {}
  Answering(Answering&&) noexcept = default;
  Answering& operator=(Answering&&) = delete;
  ~Answering() {
    const auto session = session_.lock();
    if (!session) return;
    log_error("request_dropped_without_answer");
    session->deliver({.status = 500, .headers = {}, .body = {}, .close = true});
  }
  void operator()(HttpAnswer answer) {
    CHECK(!used_);
    used_ = true;
    if (const auto session = std::exchange(session_, {}).lock())
      session->deliver(std::move(answer));
  }

 private:
  std::weak_ptr<Session> session_;
  bool used_ = false;
};

}  // namespace

std::span<char> Inbox::room(std::size_t bytes) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (bytes_.size() - end_ < bytes && begin_ > 0) {
    bytes_.erase(0, begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (bytes_.size() - end_ < bytes) bytes_.resize(end_ + bytes);
  return std::span(bytes_).subspan(end_, bytes);
}

void Inbox::rest() {
  if (!empty() || bytes_.size() <= limits::kReadBytes) return;
  bytes_ = {};
  begin_ = end_ = 0;
}

Session::Session(std::shared_ptr<Listener> listener, Socket socket)
    : listener_(std::move(listener)),
      peer_(peer_text(socket)),
      stream_(make_stream(std::move(socket), listener_->state().options.tls)),
      parser_({limits().head_bytes, body_bound(listener_->state().options)}),
      answered_(listener_->loop().context) {
  listener_->joined(*this);
}

Session::~Session() {
  stop_waiting();
  listener_->gone(*this);
  stream_->close();
  listener_->state().leave();
}

// The whole life of a connection: handshake, then request by request, then a parting that lets the
// last answer arrive.
Work<void> Session::serve(std::shared_ptr<Session> self) {
  Session& session = *self;
  session.wait_for_client();
  session.stream_->set_deadline(in(session.limits().tls_handshake));
  const Io shaken = co_await session.stream_->handshake();
  if (shaken.end != IoEnd::ok) co_return;
  bool more = true;
  while (more) {
    session.wait_for_client();
    const Received received = co_await session.receive();
    session.stop_waiting();
    if (received.refused) {
      HttpAnswer refusal = session.malformed_answer(*received.refused);
      co_await session.send(std::move(refusal), false, false);
      break;
    }
    if (!received.whole) co_return;
    const bool kept = co_await session.answer_request();
    more = kept;
  }
  session.stream_->set_deadline(in(session.limits().parting));
  co_await session.stream_->part(limits::kPartingBytesMax);
}

// Reads up to the end of a request. A connection that ends or stays silent leaves nothing to be
// answered.
Work<Session::Received> Session::receive() {
  bool continued = false;
  const auto executor = listener_->loop().executor();
  if (inbox_.empty() && ending() && !request_waits()) co_return Received{};
  phase_ = inbox_.empty() ? Phase::idle : Phase::request;
  inbox_.rest();
  // A client that sends requests without pause takes turns with the others.
  if (!inbox_.empty()) co_await asio::post(executor, Awaiting());
  stream_->set_deadline(in(phase_ == Phase::idle ? limits().idle : limits().head));
  for (;;) {
    const bool had_head = parser_.head_complete();
    const Fed fed = inbox_.empty() ? Fed{} : parser_.feed(inbox_.view());
    inbox_.consume(fed.consumed);
    if (fed.state == Fed::complete) co_return Received{true, std::nullopt};
    if (fed.state == Fed::refused) co_return Received{false, fed.why};
    const bool has_head = parser_.head_complete();
    if (phase_ == Phase::idle && (!inbox_.empty() || has_head)) {
      phase_ = Phase::request;
      stream_->set_deadline(in(limits().head));
    }
    if (has_head && !had_head) stream_->set_deadline(in(limits().body));
    if (parser_.expects_continue() && !continued) {
      continued = true;
      const Io told = co_await stream_->write_all(kContinue);
      if (told.end != IoEnd::ok) co_return Received{};
    }
    const bool first = phase_ == Phase::idle;
    const std::span<char> room = inbox_.room(first ? limits::kFirstReadBytes : limits::kReadBytes);
    const Io read = co_await stream_->read_some(room);
    if (read.end != IoEnd::ok || cut_) co_return Received{};
    inbox_.arrived(read.bytes);
  }
}

// Gives the request to the handler and its answer to the client; whether another request may
// follow.
Work<bool> Session::answer_request() {
  phase_ = Phase::answer;
  const bool client_keeps = parser_.keep_alive();
  HttpRequest request = parser_.take();
  request.peer = peer_;
  const bool head = request.method == "HEAD";
  HttpAnswer answer = co_await ask_handler(std::move(request));
  const bool keep = client_keeps && !answer.close && !ending();
  const bool sent = co_await send(std::move(answer), head, keep);
  co_return sent&& keep;
}

Work<HttpAnswer> Session::ask_handler(HttpRequest request) {
  ErrorCode ignored;
  auto token = asio::redirect_error(Awaiting(), ignored);
  answer_.reset();
  listener_->handler()(std::move(request), Answering(weak_from_this()));
  while (!answer_ && !cut_) {
    answered_.expires_at(MonotonicTime::max());
    co_await answered_.async_wait(token);
  }
  HttpAnswer answer;
  if (answer_) answer = std::move(*answer_);
  answer_.reset();
  co_return answer;
}

Work<bool> Session::send(HttpAnswer answer, bool without_body, bool keep_alive) {
  if (cut_) co_return false;
  phase_ = Phase::answer;
  const AnswerFrame frame{without_body, keep_alive, limits().idle};
  const std::string text = answer_text(answer, frame);
  stream_->set_deadline(in(limits().answer_write));
  const Io written = co_await stream_->write_all(text);
  co_return written.end == IoEnd::ok;
}

HttpAnswer Session::malformed_answer(Malformed why) const {
  const auto& maker = listener_->state().options.malformed;
  return maker ? maker(why) : HttpAnswer{.status = 400, .headers = {}, .body = {}, .close = true};
}

void Session::wait_for_client() {
  std::list<Session*>& from = waiting_ ? listener_->loop().waiting : place_;
  listener_->loop().waiting.splice(listener_->loop().waiting.end(), from, here_);
  waiting_ = true;
}

void Session::stop_waiting() {
  if (waiting_) place_.splice(place_.end(), listener_->loop().waiting, here_);
  waiting_ = false;
}

// A loop under load reads late: a request that had arrived when the drain began is work, and is
// answered.
bool Session::request_waits() {
  return !cut_ && stream_->has_arrived();
}

bool Session::ending() const {
  return cut_ || listener_->state().draining.load();
}

void Session::deliver(HttpAnswer answer) {
  answer_ = std::move(answer);
  answered_.cancel();
}

void Session::close_if_idle() {
  const bool idle = phase_ == Phase::handshake || phase_ == Phase::idle;
  if (idle && !request_waits()) stream_->close();
}

void Session::cut() {
  stop_waiting();
  cut_ = true;
  stream_->close();
  answered_.cancel();
}

void start_session(std::shared_ptr<Listener> listener, Socket socket) {
  Loop::Native& loop = listener->loop();
  auto session = std::make_shared<Session>(std::move(listener), std::move(socket));
  start_work(loop, Session::serve(std::move(session)));
}

}  // namespace favorhook::net
