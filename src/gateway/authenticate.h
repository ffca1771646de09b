// Who sent a request: the checks of protocol §1.3 to §1.6, in the order observed on the real
// system.
//
//   if (auto fault = client_headers_fault(request.headers)) return refuse(*fault);
//   Result<Caller, Refusal> caller = authenticate(request, directory, now);
//
// Pure functions over the bytes as received; nothing is refused for its nonce. Thread safety: any
// thread. Ownership: the caller's merchant belongs to the directory.
#pragma once

#include <optional>

#include "apiv3/errors.h"
#include "base/clocks.h"
#include "base/http_message.h"
#include "base/result.h"
#include "coupon/directory.h"

namespace favorhook::gateway {

struct Caller {
  const coupon::Merchant* merchant;  // never null
};

// Accept and User-Agent must be there and not empty; any value will do (protocol §1.2).
std::optional<apiv3::Refusal> client_headers_fault(const Headers& headers);

// Authorization's form and scheme, the timestamp, the certificate, the signature.
Result<Caller, apiv3::Refusal> authenticate(const HttpRequest& request,
                                            const coupon::Directory& directory, WallTime now);

}  // namespace favorhook::gateway
