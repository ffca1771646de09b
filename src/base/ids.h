// Identifiers that favorhook makes: event ids (UUIDv7), Request-IDs, nonces. Pure functions.
//
//   event.id = uuid_v7(context.now, context.random);
#pragma once

#include <string>
#include <string_view>

#include "base/clocks.h"
#include "base/random.h"

namespace favorhook {

// A UUIDv7 (RFC 9562 §5.7), 36 lower-case characters: ids of events made later sort later.
std::string uuid_v7(BusinessTime now, Random& random);

// The form of today's Request-ID: upper-case hex, a dash, the error number (protocol §1.9).
std::string request_id(WallTime now, Random& random, std::string_view error_number = "0");

// 32 characters of [0-9a-f], as the platform's Wechatpay-Nonce (protocol §1.9). In notifications it
// names the attempt.
std::string wechatpay_nonce(Random& random);

}  // namespace favorhook
