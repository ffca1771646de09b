#include "convert.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "apiv3/notification.h"
#include "base/clocks.h"

namespace favorhook::merchant {
namespace {

std::string time_fault(const std::string& timestamp, long skew_s) {
  std::int64_t seconds = 0;
  const char* end = timestamp.data() + timestamp.size();
  const auto [rest, code] = std::from_chars(timestamp.data(), end, seconds);
  if (code != std::errc() || rest != end) return "Wechatpay-Timestamp is not a number of seconds";
  if (skew_s == 0) return {};
  const std::int64_t now = unix_seconds(SystemClocks().wall());
  // Compared without a subtraction of the sender's number, which may be any 64-bit value.
  if (seconds < now - skew_s || seconds > now + skew_s) {
    return fmt::format("Wechatpay-Timestamp is more than {} s from this machine's clock", skew_s);
  }
  return {};
}

}  // namespace

Headers to_headers(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Headers headers;
  headers.reserve(pairs.size());
  for (const auto& [name, value] : pairs) headers.push_back({name, value});
  return headers;
}

std::string signature_fault(const PlatformKeys& keys, const Headers& headers,
                            const std::string& body, long skew_s) {
  const auto signature = apiv3::read_signature_headers(headers);
  if (!signature) return signature.error().what;
  if (std::string why = time_fault(signature->timestamp, skew_s); !why.empty()) return why;
  return keys.verify(signature->serial, signature->timestamp, signature->nonce, body,
                     signature->signature);
}

}  // namespace favorhook::merchant
