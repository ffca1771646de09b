#include "net/listener.h"

#include <sys/socket.h>

#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "net/session.h"

namespace favorhook::net {
namespace {

std::atomic<std::size_t> open_in_process = 0;

}  // namespace

bool ServerState::enter() {
  if (open_in_process.fetch_add(1) >= options.limits.connections) {
    open_in_process.fetch_sub(1);
    return false;
  }
  open_.fetch_add(1);
  return true;
}

void ServerState::enter_instead() {
  open_in_process.fetch_add(1);
  open_.fetch_add(1);
}

void ServerState::leave() {
  open_in_process.fetch_sub(1);
  const std::lock_guard lock(mutex_);
  open_.fetch_sub(1);
  left_.notify_all();
}

void ServerState::accepts(bool accepting) {
  const std::lock_guard lock(mutex_);
  accepting ? ++accepting_ : --accepting_;
  left_.notify_all();
}

bool ServerState::wait_until_empty(MonotonicTime until) {
  std::unique_lock lock(mutex_);
  return left_.wait_until(lock, until, [this] { return accepting_ == 0 && open_.load() == 0; });
}

Listener::Listener(Loop::Native& loop, std::shared_ptr<ServerState> state, HttpHandler handler)
    : loop_(loop),
      state_(std::move(state)),
      handler_(std::move(handler)),
      acceptor_(loop.context),
      pause_(loop.context) {}

Result<std::uint16_t> Listener::open(const tcp::endpoint& endpoint) {
  ErrorCode error;
  const int on = 1;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error && ::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on)) {
    error.assign(errno, boost::system::system_category());
  }
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(limits::kAcceptBacklog, error);
  if (error) return fail("cannot listen on {}: {}", to_text(endpoint), error.message());
  state_->accepts(true);
  return acceptor_.local_endpoint(error).port();
}

void Listener::start() {
  start_work(loop_, accept(shared_from_this()));
}

void Listener::stop_accepting() {
  if (!acceptor_.is_open()) return;
  ErrorCode ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  state_->accepts(false);
}

void Listener::close_idle() {
  const std::vector<Session*> sessions(sessions_.begin(), sessions_.end());
  for (Session* session : sessions) session->close_if_idle();
}

void Listener::cut() {
  const std::vector<Session*> sessions(sessions_.begin(), sessions_.end());
  for (Session* session : sessions) session->cut();
}

// Without descriptors or memory an acceptor's socket stays readable: it pauses instead of spinning.
Work<void> Listener::accept(std::shared_ptr<Listener> self) {
  ErrorCode error;
  auto token = asio::redirect_error(Awaiting(), error);
  while (self->acceptor_.is_open()) {
    Socket socket(self->loop_.executor());
    co_await self->acceptor_.async_accept(socket, token);
    // An accept may have succeeded, and come here only after stop_accepting() said that none can.
    if (!self->acceptor_.is_open()) co_return;
    if (!error) {
      self->admit(std::move(socket));
      continue;
    }
    log_warning("accept_failed", {{"reason", error.message()}});
    self->pause_.expires_after(limits::kAcceptPause);
    co_await self->pause_.async_wait(token);
  }
}

void Listener::admit(Socket socket) {
  if (!state_->enter()) {
    const bool room = make_room();
    ++(room ? gave_way_ : refused_);
    tell_of_full();
    if (!room) return;
    state_->enter_instead();
  }
  start_session(shared_from_this(), std::move(socket));
}

// At the bound the connection gives way whose client has owed a handshake or a whole request for
// the longest time: whoever holds many connections without asking for anything loses them to those
// who ask. A request that arrived whole is never cut for another. The kernel spreads connections
// over the loops by their addresses, so a loop looks among its own without a lock: where all of
// them are at work it refuses, although another loop may hold one that only waits.
bool Listener::make_room() {
  if (loop_.waiting.empty()) return false;
  loop_.waiting.front()->cut();
  return true;
}

// One line a second at most: a flood of connections must not become a flood of lines.
void Listener::tell_of_full() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_warning_) return;
  next_warning_ = now + std::chrono::seconds(1);
  log_warning("connections_full",
              {{"open", state_->open()}, {"gave_way", gave_way_}, {"refused", refused_}});
}

}  // namespace favorhook::net
