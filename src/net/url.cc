#include "net/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/check.h"
#include "base/http_message.h"
#include "net/egress.h"

namespace favorhook::net {
namespace {

constexpr UrlFault kCharacters = {
    "the URL holds characters other than visible ASCII, or a backslash", "URL含有非法字符"};
constexpr UrlFault kScheme = {"the URL does not begin with https:// or http://",
                              "URL必须以https://开头"};
constexpr UrlFault kUserinfo = {"the URL holds a user name", "URL不能携带用户信息"};
constexpr UrlFault kHost = {"the URL's host is no valid name or address", "URL的域名不合法"};
constexpr UrlFault kPort = {"the URL's port is not between 1 and 65535", "URL的端口不合法"};
constexpr UrlFault kForm = {"the URL is malformed", "URL格式不正确"};

constexpr std::size_t kHostMax = 253;  // RFC 1035 §2.3.4, without the last dot
constexpr std::size_t kLabelMax = 63;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_';
}

// The pieces of the text as written, before any library has an opinion on them.
struct Pieces {
  std::string_view scheme, host, port, tail;
  bool has_port = false;
};

tl::expected<Pieces, UrlFault> split(std::string_view text) {
  const auto visible = [](char c) { return c > ' ' && c < 0x7f && c != '\\'; };
  if (!std::ranges::all_of(text, visible)) return tl::unexpected(kCharacters);
  Pieces pieces;
  const auto mark = text.find("://");
  if (mark == std::string_view::npos) return tl::unexpected(kScheme);
  pieces.scheme = text.substr(0, mark);
  text.remove_prefix(mark + 3);
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  pieces.tail = text.substr(end);
  if (authority.find('@') != std::string_view::npos) return tl::unexpected(kUserinfo);
  const auto bracket = authority.rfind(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  pieces.host = authority.substr(0, colon);
  if (colon != std::string_view::npos) {
    pieces.has_port = true;
    pieces.port = authority.substr(colon + 1);
  }
  return pieces;
}

// As written: a name's characters, or an IPv6 address in brackets. Percent signs are refused,
// although libcurl would decode them: nobody writes their host so, except to get past a filter.
bool host_is_plain(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) {
             return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
                    c == '.';
           });
  }
  return std::ranges::all_of(host, [](char c) { return is_name_character(c) || c == '.'; });
}

// A name whose last label is a number would be read as an address by some resolver (and was refused
// as one by libcurl).
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > kHostMax) return false;
  std::string_view label;
  for (std::string_view rest = host;;) {
    const auto dot = rest.find('.');
    label = rest.substr(0, dot);
    if (label.empty() || label.size() > kLabelMax) return false;
    if (!std::ranges::all_of(label, is_name_character)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return !std::ranges::all_of(label, is_digit) && !label.starts_with("0x");
}

// The host as libcurl understands it; nothing where it refuses the URL.
std::optional<std::string> host_by_curl(std::string_view text) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle(curl_url(), &curl_url_cleanup);
  CHECK(handle != nullptr);
  const std::string copy(text);
  constexpr unsigned kFlags = CURLU_DISALLOW_USER | CURLU_PATH_AS_IS;
  if (curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), kFlags) != CURLUE_OK) {
    return std::nullopt;
  }
  char* part = nullptr;
  if (curl_url_get(handle.get(), CURLUPART_HOST, &part, 0) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, decltype(&curl_free)> owned(part, &curl_free);
  std::string host(part);
  std::ranges::transform(host, host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  const bool good = error == std::errc() && stop == end && port != 0 && text.size() <= 5;
  return good ? std::optional(port) : std::nullopt;
}

bool is_localhost(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

tl::expected<Url, UrlFault> take_apart(std::string_view text) {
  const auto pieces = split(text);
  if (!pieces) return tl::unexpected(pieces.error());
  Url url;
  const bool https = equal_ignoring_case(pieces->scheme, "https");
  if (!https && !equal_ignoring_case(pieces->scheme, "http")) return tl::unexpected(kScheme);
  url.scheme = https ? "https" : "http";
  url.port = https ? 443 : 80;
  if (pieces->has_port) {
    const auto port = read_port(pieces->port);
    if (!port) return tl::unexpected(kPort);
    url.port = *port;
  }
  if (pieces->host.empty() || !host_is_plain(pieces->host)) return tl::unexpected(kHost);
  const auto host = host_by_curl(text);
  if (!host) return tl::unexpected(kForm);
  url.host = *host;
  const auto address = IpAddress::from_text(url.host);
  url.host_is_address = address.has_value();
  if (address) url.host = address->to_text();
  if (!address && !is_host_name(url.host)) return tl::unexpected(kHost);
  const std::string_view before_fragment = pieces->tail.substr(0, pieces->tail.find('#'));
  url.has_fragment = before_fragment.size() != pieces->tail.size();
  url.has_query = before_fragment.find('?') != std::string_view::npos;
  url.target = before_fragment;
  if (!url.target.starts_with('/')) url.target.insert(url.target.begin(), '/');
  return url;
}

Result<Url> parse_url(std::string_view text) {
  auto url = take_apart(text);
  if (!url) return fail("{}", url.error().english);
  return std::move(*url);
}

}  // namespace favorhook::net
