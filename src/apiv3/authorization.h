// The Authorization header (protocol §1.3): pairs in any order, double quotes, no spaces around
// commas.
//
//   Result<Authorization, Refusal> parsed = parse_authorization(value);
//
// Pure functions. Errors: authorization_malformed, authorization_scheme_unknown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiv3/errors.h"
#include "base/result.h"

namespace favorhook::apiv3 {

inline constexpr std::string_view kScheme = "WECHATPAY2-SHA256-RSA2048";

struct Authorization {
  std::string mchid;
  std::string nonce_str;
  std::string timestamp;  // as sent: it is part of the signed text
  std::int64_t unix_seconds = 0;
  std::string serial_no;  // in upper case, since one SDK sends it in lower case
  std::string signature;  // base64
};

Result<Authorization, Refusal> parse_authorization(std::string_view value);
// In the order of the Java and Go SDKs.
std::string format_authorization(const Authorization& authorization);

}  // namespace favorhook::apiv3
