#include "net/request_rules.h"

#include <algorithm>

namespace favorhook::net {
namespace {

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
}

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

HeadScan scan_head(std::string_view bytes, std::size_t& scanned) {
  for (; scanned < bytes.size(); ++scanned) {
    const std::size_t at = scanned;
    const char c = bytes[at];
    const bool after_cr = at > 0 && bytes[at - 1] == '\r';
    const bool line_start = at == 0 || bytes[at - 1] == '\n';
    if (after_cr != (c == '\n')) return {HeadScan::refused};
    if (c == '\n') {
      if (at >= 3 && bytes[at - 2] == '\n') {
        ++scanned;
        return {HeadScan::complete, at + 1};
      }
      continue;
    }
    if (c == '\r') {
      if (at == 0) return {HeadScan::refused};
      continue;
    }
    if (is_control(c) || (line_start && (c == ' ' || c == '\t'))) return {HeadScan::refused};
  }
  return {HeadScan::more};
}

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
