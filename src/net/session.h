// Private to net/: one connection of a server, from its handshake to its end.
//
//   if (state.enter()) start_session(listener, std::move(socket));
//
// serve() reads as its life. Thread safety: the loop's thread only. Ownership: its own coroutine
// holds it; the listener and the loop know it by address as long as it is. Errors: a connection
// that ends or is silent leaves nothing to be told; what is no request is answered and ends it.
// Limits: SessionLimits.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/listener.h"
#include "net/request_parser.h"
#include "net/stream.h"

namespace favorhook::net {

// Bytes that arrived and were not consumed yet.
class Inbox {
 public:
  std::string_view view() const { return std::string_view(bytes_).substr(begin_, end_ - begin_); }
  bool empty() const { return begin_ == end_; }
  std::span<char> room(std::size_t bytes);
  // Gives a large buffer back where nothing is held.
  void rest();
  void arrived(std::size_t bytes) { end_ += bytes; }
  void consume(std::size_t bytes) { begin_ += bytes; }

 private:
  std::string bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  // The connection has been counted by ServerState::enter.
  Session(std::shared_ptr<Listener> listener, Socket socket);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  static Work<void> serve(std::shared_ptr<Session> self);
  // For the one request that is being handled.
  void deliver(HttpAnswer answer);
  void close_if_idle();
  void cut();

 private:
  enum class Phase { handshake, idle, request, answer };
  struct Received {
    bool whole = false;
    std::optional<Malformed> refused;
  };

  Work<Received> receive();
  Work<bool> answer_request();
  Work<HttpAnswer> ask_handler(HttpRequest request);
  Work<bool> send(HttpAnswer answer, bool without_body, bool keep_alive);
  HttpAnswer malformed_answer(Malformed why) const;
  void wait_for_client();
  void stop_waiting();
  bool request_waits();
  bool ending() const;
  const SessionLimits& limits() const { return listener_->state().options.limits; }

  std::shared_ptr<Listener> listener_;
  std::string peer_;
  std::shared_ptr<Stream> stream_;
  RequestParser parser_;
  Inbox inbox_;
  Phase phase_ = Phase::handshake;
  // Its place among the loop's waiting sessions, or here.
  std::list<Session*> place_{this};
  const std::list<Session*>::iterator here_ = place_.begin();
  bool waiting_ = false;
  Timer answered_;  // waits for ever, and is cancelled when the answer is there
  std::optional<HttpAnswer> answer_;
  bool cut_ = false;
};

void start_session(std::shared_ptr<Listener> listener, Socket socket);

}  // namespace favorhook::net
