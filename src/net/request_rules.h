// Private to net/: what a request's head must not be, beyond what Beast refuses. Pure functions.
#pragma once

#include <string_view>

#include "base/http_message.h"

namespace favorhook::net {

struct HeadScan {
  enum State { more, complete, refused };
  State state = more;
  std::size_t size = 0;  // of the whole head, where complete
};

// Looks at a head that is still arriving, from `scanned` on: every line ends with CR LF, no line is
// folded, nothing is a control character. Refuses at the first bad byte, so that no client waits
// for a deadline to learn of it.
HeadScan scan_head(std::string_view bytes, std::size_t& scanned);

// Whether a head that was read is one this server takes: exactly one Host (in HTTP/1.0 at most
// one), a target in origin form and visible ASCII, at most one Content-Length of digits alone, no
// Transfer-Encoding but "chunked", and that only in HTTP/1.1.
bool head_is_fine(const HttpRequest& request, bool http10);

}  // namespace favorhook::net
