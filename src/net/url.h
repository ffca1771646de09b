// An https URL taken apart by libcurl's URL API under this project's own rules (library notes: it
// accepts and rewrites things that a notification URL must not be).
//
//   Result<Url> url = parse_url("https://shop.example:8443/notify");
//
// ASCII only, no userinfo, no control characters, no backslash, port 1 to 65535, the host not empty
// and without empty labels. Pure function. Errors: the reason in words. http is taken apart as
// well; who wants https asks for the scheme.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace favorhook::net {

struct Url {
  std::string scheme;  // lower case
  std::string host;  // normalised: lower case, numeric forms as dotted IPv4, IPv6 without brackets
  std::uint16_t port = 443;
  std::string target;  // path and query as written, "/" where there is no path
  bool has_query = false;
  bool has_fragment = false;
  bool host_is_address = false;
};

// What can be wrong with a URL, in two languages: for operators, and for the message of a
// PARAM_ERROR.
struct UrlFault {
  std::string_view english;
  std::string_view chinese;
};

tl::expected<Url, UrlFault> take_apart(std::string_view text);
Result<Url> parse_url(std::string_view text);

// One to five digits, 1 to 65535; nothing otherwise.
std::optional<std::uint16_t> read_port(std::string_view text);
// "localhost" and all below it, which never go to DNS (RFC 6761 §6.3). Lower case.
bool is_localhost(std::string_view host);

}  // namespace favorhook::net
