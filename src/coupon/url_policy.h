// What may be a notification URL and what may be sent to: a port, implemented by net::Egress.
//
//   if (const auto fault = url_policy.text_fault(url)) …      // in Chinese, for a PARAM_ERROR
//   if (const auto why = url_policy.host_refused(url)) …      // in English, for the log
//
// No call uses DNS. Thread safety: any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace favorhook::coupon {

class UrlPolicy {
 public:
  virtual ~UrlPolicy() = default;
  // Why the text can be no notification URL (protocol §2.5 and §3.9: https, no query, fragment or
  // userinfo, ASCII, a literal address that is never allowed); nothing where it can. Lengths are
  // the field table's.
  virtual std::optional<std::string> text_fault(std::string_view url) const = 0;
  // Why nothing is sent to the URL's host, as far as its text tells (a public name or address in a
  // sandbox).
  virtual std::optional<std::string> host_refused(std::string_view url) const = 0;
};

}  // namespace favorhook::coupon
