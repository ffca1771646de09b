#include "net/stream.h"

#include <sys/socket.h>

#include <array>

#include "base/limits.h"

namespace favorhook::net {
namespace {

// OpenSSL knows the socket by its number, which another connection may have by now: nothing is
// tried after close().
constexpr Step kShut{.kind = Step::ended, .end = IoEnd::closed};

}  // namespace

Work<Io> Stream::wait(Step::Kind what) {
  ErrorCode error;
  auto token = asio::redirect_error(Awaiting(), error);
  const auto kind = what == Step::want_write ? Socket::wait_write : Socket::wait_read;
  timed_out_ = std::chrono::steady_clock::now() >= deadline_;
  if (timed_out_) co_return Io{IoEnd::timed_out};
  if (!is_open()) co_return Io{IoEnd::closed};
  if (!armed_ || deadline_ < *armed_) arm();
  waiting_ = true;
  co_await socket_.async_wait(kind, token);
  waiting_ = false;
  if (!error) co_return Io{};
  co_return Io{timed_out_ ? IoEnd::timed_out : IoEnd::closed};
}

void Stream::arm() {
  if (deadline_ == MonotonicTime::max()) return;
  armed_ = deadline_;
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_from_this()](ErrorCode error) {
    if (error) return;
    if (const auto self = weak.lock()) self->on_timer();
  });
}

void Stream::on_timer() {
  armed_.reset();
  if (!waiting_) return;
  if (std::chrono::steady_clock::now() < deadline_) return arm();
  timed_out_ = true;
  ErrorCode ignored;
  socket_.cancel(ignored);
}

Work<Io> Stream::handshake() {
  for (;;) {
    const Step step = is_open() ? try_handshake() : kShut;
    if (step.kind == Step::done) co_return Io{};
    if (step.kind == Step::ended) co_return Io{step.end};
    const Io waited = co_await wait(step.kind);
    if (waited.end != IoEnd::ok) co_return waited;
  }
}

// Waits before the first try where nothing is at hand: a try would nearly always fail, and a peer
// that sends without pause must not keep the loop from others.
Work<Io> Stream::read_some(std::span<char> into) {
  Step step{.kind = Step::want_read};
  if (is_open() && holds_bytes()) step = try_read(into);
  for (;;) {
    if (step.kind == Step::done) co_return Io{IoEnd::ok, step.bytes};
    if (step.kind == Step::ended) co_return Io{step.end};
    const Io waited = co_await wait(step.kind);
    if (waited.end != IoEnd::ok) co_return waited;
    step = is_open() ? try_read(into) : kShut;
  }
}

Work<Io> Stream::write_all(std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const Step step = is_open() ? try_write(bytes.substr(written)) : kShut;
    if (step.kind == Step::done) {
      written += step.bytes;
      continue;
    }
    if (step.kind == Step::ended) co_return Io{step.end, written};
    const Io waited = co_await wait(step.kind);
    if (waited.end != IoEnd::ok) co_return Io{waited.end, written};
  }
  co_return Io{IoEnd::ok, written};
}

Work<void> Stream::part(std::size_t bytes_max) {
  std::array<char, 2048> away;
  std::size_t read = 0;
  if (!is_open()) co_return;
  end_writing();
  ErrorCode ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  while (read < bytes_max && is_open()) {
    const Step step = receive_step(descriptor(), away);
    if (step.kind == Step::ended) break;
    read += step.bytes;
    if (step.kind == Step::done) continue;
    const Io waited = co_await wait(step.kind);
    if (waited.end != IoEnd::ok) break;
  }
  close();
}

void Stream::close() {
  if (!is_open()) return;
  end_writing();
  ErrorCode ignored;
  socket_.close(ignored);
  timer_.cancel();
  armed_.reset();
}

// Nearly always nothing has come, which the socket tells more cheaply than TLS does. What has come
// may still be TLS's own, such as a session ticket.
bool Stream::still_open() {
  char byte = 0;
  if (!is_open() || holds_bytes()) return false;
  const auto peeked = ::recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (peeked < 0 && errno == EAGAIN) return true;
  return try_read(std::span(&byte, 1)).kind == Step::want_read;
}

bool Stream::has_arrived() {
  char byte = 0;
  if (!is_open()) return false;
  return holds_bytes() || ::recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Step receive_step(int descriptor, std::span<char> into) {
  const auto got = ::recv(descriptor, into.data(), into.size(), 0);
  if (got > 0) return {.bytes = std::size_t(got)};
  if (got == 0) return {.kind = Step::ended, .end = IoEnd::closed};
  if (errno == EAGAIN || errno == EINTR) return {.kind = Step::want_read};
  return {.kind = Step::ended, .end = IoEnd::reset};
}

Step send_step(int descriptor, std::string_view bytes) {
  const auto put = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (put >= 0) return {.bytes = std::size_t(put)};
  if (errno == EAGAIN || errno == EINTR) return {.kind = Step::want_write};
  return {.kind = Step::ended, .end = IoEnd::reset};
}

}  // namespace favorhook::net
