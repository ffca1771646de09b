// Private to net/: what the connections of one server share, and one loop's share of it.
//
// A Listener and its sessions live on one loop; ServerState is touched by all of them. Sessions
// hold the listener, the listener knows its sessions.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "net/http_server.h"
#include "net/native.h"

namespace favorhook::net {

class Session;

// Counts the open connections of one server, and of the process.
class ServerState {
 public:
  explicit ServerState(ListenOptions made_with) : options(std::move(made_with)) {}

  // Whether one more connection may be open; it is counted then.
  bool enter();
  // Counts a connection for which another one is being closed.
  void enter_instead();
  void leave();
  // A listener that accepts may bring a connection at any moment.
  void accepts(bool accepting);
  std::size_t open() const { return open_.load(); }
  // Whether none is left by then, and none can come.
  bool wait_until_empty(MonotonicTime until);

  const ListenOptions options;
  std::atomic<bool> draining = false;

 private:
  std::atomic<std::size_t> open_ = 0;
  std::size_t accepting_ = 0;  // listeners
  std::mutex mutex_;
  std::condition_variable left_;
};

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(Loop::Native& loop, std::shared_ptr<ServerState> state, HttpHandler handler);
  // Binds; port 0 takes any.
  Result<std::uint16_t> open(const tcp::endpoint& endpoint);
  // Everything below is called on the loop.
  void start();
  void stop_accepting();
  void close_idle();
  void cut();

  Loop::Native& loop() { return loop_; }
  ServerState& state() { return *state_; }
  const HttpHandler& handler() const { return handler_; }
  void joined(Session& session) { sessions_.insert(&session); }
  void gone(Session& session) { sessions_.erase(&session); }

 private:
  static Work<void> accept(std::shared_ptr<Listener> self);
  void admit(Socket socket);
  bool make_room();
  void tell_of_full();

  Loop::Native& loop_;
  std::shared_ptr<ServerState> state_;
  HttpHandler handler_;
  Acceptor acceptor_;
  Timer pause_;
  std::unordered_set<Session*> sessions_;
  // At the bound of open connections: closed for others, and not let in.
  std::uint64_t gave_way_ = 0, refused_ = 0;
  MonotonicTime next_warning_;
};

}  // namespace favorhook::net
