// An HTTP/1.1 server on a set of loops: plain or TLS, keep-alive, pipelined requests answered in
// order, every phase with a limit and a deadline.
//
//   auto server = HttpServer::listen(loops, {.address = "127.0.0.1", .port = 8480}, handlers);
//   (*server)->drain(limits::kDrainTime);
//
// What is no request of HTTP/1.1 that can be understood (two Host headers, obs-fold, absolute-form
// target, two equal Content-Length, a bare LF, a head or body over its limit …) is answered with
// `malformed`'s body and a close; the handler does not see it. `handlers[i]` serves the connections
// of loop i, on that loop. HEAD and CONNECT reach the handler as any method does. Expect:
// 100-continue is answered. Ownership: the server outlives its connections.
// Limits: limits.h. The bound on connections is of the process; which one gives way at the bound,
// or whether a new one is let in at all, each loop decides among its own (listener.cc).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/http_message.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/loop.h"
#include "net/tls.h"

namespace favorhook::net {

enum class Malformed { request, head_too_large, body_too_large };

// The bounds of a connection. The table in limits.h is meant; tests shorten them.
struct SessionLimits {
  Millis tls_handshake = limits::kTlsHandshakeTime;
  Millis idle = limits::kKeepAliveIdle;
  Millis head = limits::kRequestHeadTime;
  Millis body = limits::kRequestBodyTime;
  Millis answer_write = limits::kAnswerWriteTime;
  Millis parting = limits::kPartingTime;
  std::size_t head_bytes = limits::kRequestHeadBytesMax;
  std::size_t connections = limits::kConnectionsMax;  // of all servers of the process together
};

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;          // 0: any free one
  TlsContextPtr tls{};             // null: plain
  std::size_t body_bytes_max = 0;  // 0: limits::kRequestBodyBytesMax
  // The answer to what is no request; status, headers and body. Empty: a bare 400.
  std::function<HttpAnswer(Malformed)> malformed{};
  SessionLimits limits{};
};

class HttpServer {
 public:
  // Destroyed after drain() or after the loops have stopped.
  virtual ~HttpServer() = default;
  // The address is an IP address or "localhost". A port on which another process listens is an
  // error, although the loops' own acceptors share one.
  static Result<std::unique_ptr<HttpServer>> listen(Loops& loops, ListenOptions options,
                                                    std::vector<HttpHandler> handlers);
  virtual std::uint16_t port() const = 0;
  virtual std::size_t connections() const = 0;
  // Stops accepting, closes idle connections, lets requests in work end; returns when none is left
  // or the time is over, then cuts what remains. Called from outside the loops.
  virtual void drain(Millis at_most) = 0;
};

}  // namespace favorhook::net
