// Private to net/: an answer as the bytes that are sent.
//
//   const std::string text = answer_text(answer, {.keep_alive = true, .idle = limits.idle});
//
// Thread safety: any thread; each keeps the text of the second that it is.
#pragma once

#include <string>

#include "base/clocks.h"
#include "base/http_message.h"

namespace favorhook::net {

struct AnswerFrame {
  bool without_body = false;  // the request was a HEAD
  bool keep_alive = true;
  Millis idle{0};  // told to the client as Keep-Alive, a little less than it is
};

// Adds Server, Date, Content-Length (none for 204 and 304) and Connection. An answer whose headers
// hold a line break or a NUL is a bug of its maker and is replaced by a bare 500.
std::string answer_text(const HttpAnswer& answer, const AnswerFrame& frame);

}  // namespace favorhook::net
