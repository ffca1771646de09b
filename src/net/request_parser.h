// Private to net/: bytes to a request, without any I/O.
//
//   RequestParser parser({.head_bytes = 16384, .body_bytes = 65536});
//   const Fed fed = parser.feed(bytes);      // they begin where the last feed stopped consuming
//   if (fed.state == Fed::complete) HttpRequest request = parser.take();
//
// Beast reads the grammar; what Beast lets pass and HTTP forbids, or this server does not want, is
// refused by head_scan.h and request_rules.h. Thread safety: a value of one connection. Limits: the
// bounds given; more bytes than a head's bound plus kReadBytes need never be held for it.
#pragma once

#include <memory>
#include <string_view>

#include "base/http_message.h"
#include "net/http_server.h"

namespace favorhook::net {

struct RequestBounds {
  std::size_t head_bytes = 0;
  std::size_t body_bytes = 0;
};

struct Fed {
  enum State { more, complete, refused };
  State state = more;
  std::size_t consumed = 0;
  Malformed why = Malformed::request;  // where refused
};

class RequestParser {
 public:
  explicit RequestParser(RequestBounds bounds);
  ~RequestParser();

  Fed feed(std::string_view bytes);
  bool head_complete() const;
  // The client waits for "100 Continue" before it sends the body.
  bool expects_continue() const;
  // Whether the client lets the connection live on.
  bool keep_alive() const;
  bool is_http10() const;
  // Gives the request and begins anew.
  HttpRequest take();

 private:
  struct Message;
  RequestBounds bounds_;
  std::size_t scanned_ = 0;
  std::unique_ptr<Message> message_;
};

}  // namespace favorhook::net
