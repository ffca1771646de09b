// The port through which a notification leaves: one POST, one result. net::HttpTransport sends it
// over TLS; a simulation loses, delays and answers it on virtual clocks.
//
// Thread safety: one transport belongs to one executor; post is called on it and done runs on it.
// Errors: there are none; every way an exchange can end is a PostEnd.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clocks.h"
#include "base/http_message.h"

namespace favorhook {

struct PostOrder {
  std::string url;
  Headers headers;  // without Host, Content-Length, Connection: the transport adds them
  std::string body;
  Millis budget;                  // for the whole exchange: DNS, connect, TLS, request and answer
  bool fresh_connection = false;  // do not reuse one: the last one died before it answered
};

// How an exchange ended. `answered` only when the whole answer arrived within the budget and the
// byte bound. Where its head arrived and its body did not, `status` is set all the same.
enum class PostEnd {
  answered,
  host_refused,  // the egress policy refused the address; nothing was sent
  dns_failed,
  connect_failed,       // refused or unreachable
  tls_failed,           // the handshake, the protocol's version; nothing was sent
  certificate_refused,  // chain, name or validity of the receiver's certificate
  timed_out,            // the budget ran out
  reset,                // the connection ended before a whole answer, or its TLS failed
  bad_answer,           // not HTTP
  answer_too_large,     // its head, or its body
};

// Time spent in each phase; nothing where the phase was not reached or not needed (a reused
// connection).
struct PostPhases {
  std::optional<Micros> dns, connect, tls, first_byte;
  Micros total{0};
};

struct PostResult {
  PostEnd end = PostEnd::reset;
  int status = 0;           // where an answer's head arrived, else 0
  std::string answer_head;  // first bytes of the answer's body, at most kAnswerHeadBytesMax
  PostPhases phases;
  std::string peer;    // address:port connected to, empty before
  std::string detail;  // in words, for `event show`
  bool connection_reused = false;
  bool request_started = false;  // at least one byte of the request was handed to the connection
  bool answer_started = false;   // at least one byte of an answer arrived
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual void post(PostOrder order, std::move_only_function<void(PostResult)> done) = 0;
};

}  // namespace favorhook
