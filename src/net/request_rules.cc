#include "net/request_rules.h"

#include <algorithm>

namespace favorhook::net {
namespace {

// Visible ASCII, and no '#': a fragment is never sent (RFC 9112 §3.2.1).
bool target_is_fine(std::string_view target) {
  return target.starts_with('/') &&
         std::ranges::all_of(target, [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

bool host_is_fine(std::string_view host) {
  return std::ranges::all_of(host, [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("/@\\,?#").find(c) == std::string_view::npos;
  });
}

bool length_is_fine(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool head_is_fine(const HttpRequest& request, bool http10) {
  const Headers& headers = request.headers;
  const std::size_t hosts = count_headers(headers, "Host");
  if (hosts > 1 || (hosts == 0 && !http10)) return false;
  if (hosts == 1 && !host_is_fine(*find_header(headers, "Host"))) return false;
  if (!target_is_fine(request.target)) return false;
  const std::size_t lengths = count_headers(headers, "Content-Length");
  if (lengths > 1) return false;
  if (lengths == 1 && !length_is_fine(*find_header(headers, "Content-Length"))) return false;
  const std::size_t codings = count_headers(headers, "Transfer-Encoding");
  if (codings == 0) return true;
  return codings == 1 && !http10 && lengths == 0 &&
         equal_ignoring_case(*find_header(headers, "Transfer-Encoding"), "chunked");
}

}  // namespace favorhook::net
