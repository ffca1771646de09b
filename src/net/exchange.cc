#include "net/exchange.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/check.h"
#include "base/http_message.h"
#include "base/limits.h"
#include "net/answer_parser.h"
#include "net/post_text.h"

namespace favorhook::net {
namespace {

MonotonicTime now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

Exchange::Exchange(std::shared_ptr<Pool> pool, PostOrder order, Done done)
    : pool_(std::move(pool)),
      order_(std::move(order)),
      done_(std::move(done)),
      started_(now()),
      deadline_(started_ + order_.budget) {
  CHECK(fit_on_lines(order_.headers));
}

Work<void> Exchange::run(std::unique_ptr<Exchange> self) {
  Exchange& exchange = *self;
  const auto executor = exchange.pool_->loop.executor();
  const bool good = co_await exchange.attempt();
  // A failure may come before anything was waited for, and done never runs inside post().
  if (!good) co_await asio::post(executor, Awaiting());
  if (!good && exchange.connection_.stream) exchange.connection_.stream->close();
  exchange.result_.phases.total = exchange.since(exchange.started_);
  exchange.done_(std::move(exchange.result_));
}

Work<bool> Exchange::attempt() {
  if (!find_target()) co_return false;
  auto idle = order_.fresh_connection ? std::nullopt : idle_connection();
  if (idle) {
    connection_ = std::move(*idle);
    connection_.stream->set_deadline(deadline_);
  } else {
    const bool connected = co_await connect();
    if (!connected) co_return false;
  }
  const bool sent = co_await send();
  if (!sent) co_return false;
  const bool received = co_await receive();
  co_return received;
}

bool Exchange::find_target() {
  auto target = pool_->targets.find(order_.url);
  if (!target) return fail_with(PostEnd::host_refused, target.error().what);
  target_ = std::move(*target);
  return true;
}

// The address is judged at every attempt, although it was when it was connected to.
std::optional<Connection> Exchange::idle_connection() {
  auto idle = pool_->idle.take(target_->key);
  if (!idle) return std::nullopt;
  if (pool_->egress.refuse_address(idle->address, target_->url.port)) return std::nullopt;
  result_.connection_reused = true;
  result_.peer = to_text(to_endpoint(idle->address, target_->url.port));
  return idle;
}

Work<bool> Exchange::connect() {
  const bool resolved = co_await resolve();
  if (!resolved || !judge_addresses()) co_return false;
  const MonotonicTime start = now();
  bool connected = false;
  for (std::size_t i = 0; i < addresses_.size() && !connected; ++i) {
    // An address that stays silent leaves the others their share of the budget.
    const auto share = (deadline_ - now()) / std::ptrdiff_t(addresses_.size() - i);
    const bool last = i + 1 == addresses_.size();
    const MonotonicTime until = last ? deadline_ : now() + share;
    const bool tried = co_await try_address(addresses_[i], until);
    connected = tried;
  }
  if (!connected && now() >= deadline_) {
    co_return fail_with(Io{IoEnd::timed_out}, "connecting");
  }
  if (!connected) co_return fail_with(PostEnd::connect_failed, connect_failure_);
  result_.phases.connect = since(start);
  const bool shaken = co_await shake_hands();
  co_return shaken;
}

Work<bool> Exchange::resolve() {
  if (target_->url.host_is_address) {
    addresses_ = {*IpAddress::from_text(target_->url.host)};
    co_return true;
  }
  const bool resolved = co_await resolve_name();
  co_return resolved;
}

// The answer of the resolver ends the wait by cancelling its timer. The resolver may answer after
// this exchange has gone, so what it answers into is shared.
Work<bool> Exchange::resolve_name() {
  struct Question {
    explicit Question(Loop::Native& loop) : timer(loop.context) {}
    Timer timer;
    std::optional<Result<std::vector<IpAddress>>> answer;
  };
  ErrorCode error;
  auto token = asio::redirect_error(Awaiting(), error);
  const auto question = std::make_shared<Question>(pool_->loop);
  const MonotonicTime start = now();
  question->timer.expires_at(deadline_);
  pool_->resolver->resolve(target_->url.host,
                           [question](const Result<std::vector<IpAddress>>& answer) {
                             question->answer = answer;
                             question->timer.cancel();
                           });
  if (!question->answer) co_await question->timer.async_wait(token);
  if (!question->answer) co_return fail_with(Io{IoEnd::timed_out}, "asking DNS");
  result_.phases.dns = since(start);
  if (!*question->answer) co_return fail_with(PostEnd::dns_failed, question->answer->error().what);
  addresses_ = **question->answer;
  co_return true;
}

bool Exchange::judge_addresses() {
  std::erase_if(addresses_, [this](const IpAddress& address) {
    auto why = pool_->egress.refuse_address(address, target_->url.port);
    if (why) refused_ = std::move(*why);
    return why.has_value();
  });
  return !addresses_.empty() || fail_with(PostEnd::host_refused, refused_);
}

Work<bool> Exchange::try_address(IpAddress address, MonotonicTime until) {
  ErrorCode error;
  auto token = asio::redirect_error(Awaiting(), error);
  const tcp::endpoint endpoint = to_endpoint(address, target_->url.port);
  const auto socket = std::make_shared<Socket>(pool_->loop.executor());
  const auto expired = std::make_shared<bool>(false);
  Timer timer(pool_->loop.context, until);
  timer.async_wait([socket, expired](ErrorCode cancelled) {
    if (cancelled) return;
    ErrorCode ignored;
    *expired = true;
    socket->close(ignored);
  });
  result_.peer = to_text(endpoint);
  co_await socket->async_connect(endpoint, token);
  timer.cancel();
  if (error || *expired) {
    const std::string why = *expired ? "no answer" : error.message();
    connect_failure_ = fmt::format("{}: {}", result_.peer, why);
    co_return false;
  }
  connection_.address = address;
  connection_.stream = Stream::tls_client(std::move(*socket), *pool_->tls, target_->url.host,
                                          target_->url.host_is_address);
  connection_.stream->set_deadline(deadline_);
  co_return true;
}

Work<bool> Exchange::shake_hands() {
  const MonotonicTime start = now();
  const Io shaken = co_await connection_.stream->handshake();
  if (shaken.end == IoEnd::closed || shaken.end == IoEnd::reset) {
    co_return fail_with(PostEnd::tls_failed, "the connection ended during the TLS handshake");
  }
  if (shaken.end != IoEnd::ok) co_return fail_with(shaken, "in the TLS handshake");
  result_.phases.tls = since(start);
  co_return true;
}

// From the first try on nobody knows how much of the request was seen.
Work<bool> Exchange::send() {
  const std::string text = post_text(*target_, order_);
  if (now() >= deadline_) co_return fail_with(Io{IoEnd::timed_out}, "before the request");
  result_.request_started = true;
  const Io written = co_await connection_.stream->write_all(text);
  if (written.end != IoEnd::ok) co_return fail_with(written, "sending the request");
  co_return true;
}

Work<bool> Exchange::receive() {
  AnswerParser parser;
  std::string buffer;
  AnswerParser::State state = AnswerParser::more;
  const MonotonicTime start = now();
  Io last;
  while (state == AnswerParser::more) {
    const std::span<char> room = room_;
    const Io read = co_await connection_.stream->read_some(room);
    last = read;
    buffer.append(room_.data(), read.bytes);
    if (read.end == IoEnd::closed) state = parser.feed_end();
    if (read.end != IoEnd::ok) break;
    if (!result_.answer_started) result_.phases.first_byte = since(start);
    result_.answer_started = true;
    std::size_t consumed = 0;
    state = parser.feed(buffer, consumed);
    buffer.erase(0, consumed);
  }
  result_.status = parser.status();
  result_.answer_head = parser.body_head();
  const std::string_view phase =
      result_.answer_started ? "reading the answer" : "waiting for the answer";
  if (state == AnswerParser::more) co_return fail_with(last, phase);
  if (state == AnswerParser::malformed) co_return fail_with(PostEnd::bad_answer, parser.fault());
  if (state == AnswerParser::too_large) {
    co_return fail_with(PostEnd::answer_too_large, parser.fault());
  }
  result_.end = PostEnd::answered;
  keep_or_close(parser.keep_alive() && last.end == IoEnd::ok, !buffer.empty());
  co_return true;
}

// A connection on which more arrived than was asked for is out of step.
void Exchange::keep_or_close(bool keep_alive, bool leftover) {
  if (keep_alive && !leftover) {
    connection_.stream->set_deadline(MonotonicTime::max());
    pool_->idle.keep(target_->key, std::move(connection_));
  } else {
    connection_.stream->close();
  }
}

bool Exchange::fail_with(PostEnd end, std::string detail) {
  result_.end = end;
  result_.detail = std::move(detail);
  return false;
}

// That the handshake failed means that nothing was sent. A TLS fault behind it does not: the
// receiver may have read the whole request.
bool Exchange::fail_with(const Io& io, std::string_view phase) {
  const bool tls_fault = io.end == IoEnd::tls || io.end == IoEnd::certificate;
  if (tls_fault && result_.request_started) {
    return fail_with(PostEnd::reset,
                     fmt::format("TLS failed {}: {}", phase, connection_.stream->fault()));
  }
  switch (io.end) {
    case IoEnd::timed_out:
      return fail_with(PostEnd::timed_out,
                       fmt::format("timed out after {} ms {}", order_.budget.count(), phase));
    case IoEnd::certificate:
      return fail_with(PostEnd::certificate_refused, connection_.stream->fault());
    case IoEnd::tls:
      return fail_with(PostEnd::tls_failed, connection_.stream->fault());
    case IoEnd::closed:
      return fail_with(PostEnd::reset, fmt::format("the receiver closed the connection {}", phase));
    case IoEnd::reset:
    case IoEnd::ok:
      break;
  }
  return fail_with(PostEnd::reset, fmt::format("the connection broke {}", phase));
}

Micros Exchange::since(MonotonicTime start) const {
  return std::chrono::duration_cast<Micros>(now() - start);
}

}  // namespace favorhook::net
