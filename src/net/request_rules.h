// Private to net/: what a request's head must not be, beyond what Beast refuses.
//
//   if (!head_is_fine(request, http10)) …       // two readers could read it differently
//
// Pure function.
#pragma once

#include "base/http_message.h"

namespace favorhook::net {

// Whether a head that was read is one this server takes: exactly one Host (in HTTP/1.0 at most
// one), a target in origin form and visible ASCII, at most one Content-Length of digits alone, no
// Transfer-Encoding but "chunked", and that only in HTTP/1.1.
bool head_is_fine(const HttpRequest& request, bool http10);

}  // namespace favorhook::net
