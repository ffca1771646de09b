// Notification URLs (net/url.h, net/egress.h). An input is the URL; or, behind a '!', four bytes of
// an IPv4 address, one that chooses how it is spelt, and the rest of the URL.
//
// A URL that is taken is visible ASCII without userinfo; its host, written again, is judged as the
// same host; no resolver would read as an address what was judged as a name; and no address that
// production refuses gets through, however it is spelt.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/check.h"
#include "fuzz/input.h"
#include "net/egress.h"
#include "net/url.h"

namespace favorhook::fuzz {
namespace {

using net::Egress;
using net::EgressMode;
using net::IpAddress;
using net::Url;

using V4 = std::array<std::uint8_t, 4>;

// Written here once more, and shorter: what no notification may be sent to in production.
bool is_forbidden(const V4& a) {
  return a[0] == 0 || a[0] == 10 || a[0] == 127 || (a[0] == 169 && a[1] == 254) ||
         (a[0] == 172 && a[1] / 16 == 1) || (a[0] == 192 && a[1] == 168) ||
         (a[0] == 100 && a[1] / 64 == 1) || a[0] >= 224;
}

bool is_forbidden(const IpAddress& address) {
  const auto& b = address.bytes;
  const V4 last = {b[12], b[13], b[14], b[15]};
  if (address.is_v4()) return is_forbidden(last);
  const bool nat64 = b[0] == 0 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b;
  if (nat64 && std::all_of(b.begin() + 4, b.begin() + 12, [](auto x) { return x == 0; })) {
    return is_forbidden(last);
  }
  if (b[0] == 0x20 && b[1] == 0x02) return is_forbidden(V4{b[2], b[3], b[4], b[5]});
  return b[0] < 0x20 || b[0] >= 0x40;  // outside of global unicast
}

const Egress& egress(EgressMode mode) {
  static const Egress sandbox({.mode = EgressMode::sandbox});
  static const Egress production({.mode = EgressMode::production});
  return mode == EgressMode::sandbox ? sandbox : production;
}

std::string written(const Url& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}{}", url.scheme, v6 ? "[" : "", url.host, v6 ? "]" : "",
                     url.port, url.target);
}

bool equal(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port && a.target == b.target &&
         a.host_is_address == b.host_is_address && a.has_query == b.has_query;
}

// The host as it stands in the text.
std::string host_as_written(std::string_view text) {
  text.remove_prefix(text.find("://") + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  const auto bracket = text.find(']');
  if (bracket != std::string_view::npos) return std::string(text.substr(1, bracket - 1));
  return std::string(text.substr(0, text.find(':')));
}

void check_host(const Url& url, const std::string& spelt) {
  in_addr any = {};
  const auto address = IpAddress::from_text(url.host);
  CHECK(url.host_is_address == address.has_value());
  if (address) {
    // The C library's own reading of the text is what a connection would go to.
    if (spelt.find(':') == std::string::npos && inet_aton(spelt.c_str(), &any) == 1) {
      V4 bytes = {};
      std::copy_n(reinterpret_cast<const std::uint8_t*>(&any.s_addr), 4, bytes.begin());
      CHECK(address->is_v4() && std::ranges::equal(bytes, std::span(address->bytes).subspan(12)));
    }
    if (const auto direct = IpAddress::from_text(spelt)) CHECK(direct->bytes == address->bytes);
    return;
  }
  CHECK(inet_aton(url.host.c_str(), &any) == 0 && inet_aton(spelt.c_str(), &any) == 0);
  CHECK(!url.host.empty() && url.host.size() <= 253);
  CHECK(std::ranges::equal(url.host, spelt, [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? char(b - 'A' + 'a') : b);
  }));
}

void check_url(std::string_view text, const Url& url) {
  CHECK(std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; }));
  CHECK(url.scheme == "https" || url.scheme == "http");
  CHECK(url.port != 0 && url.target.starts_with('/'));
  CHECK(url.target.find('#') == std::string::npos);
  check_host(url, host_as_written(text));
  const auto again = net::take_apart(written(url));
  CHECK(again && equal(*again, url) && !again->has_fragment);
}

// What the two judgements, on the text and on the host, let through.
void check_judged(std::string_view text) {
  const auto url = net::take_apart(text);
  for (const EgressMode mode : {EgressMode::sandbox, EgressMode::production}) {
    const auto fault = egress(mode).text_fault(text);
    const auto refused = egress(mode).host_refused(text);
    CHECK(url || (fault && refused));
    if (!url) continue;
    if (!fault) CHECK(url->scheme == "https" && !url->has_query && !url->has_fragment);
    if (!url->host_is_address) continue;
    const IpAddress address = *IpAddress::from_text(url->host);
    const bool let_through = !fault || !refused;
    if (mode == EgressMode::production && is_forbidden(address)) CHECK(!let_through);
    const V4 v4 = {address.bytes[12], address.bytes[13], address.bytes[14], address.bytes[15]};
    if (address.is_v4() && v4[0] == 169 && v4[1] == 254) CHECK(!let_through);
    // Of both judgements none is laxer than that at connect time.
    CHECK(refused.has_value() || !egress(mode).refuse_address(address, url->port));
  }
}

std::string spelt(const V4& a, std::uint8_t style) {
  const std::uint32_t all =
      std::uint32_t(a[0]) << 24U | std::uint32_t(a[1]) << 16U | std::uint32_t(a[2]) << 8U | a[3];
  switch (style % 18) {
    case 0:
      return fmt::format("{}.{}.{}.{}", a[0], a[1], a[2], a[3]);
    case 1:
      return fmt::format("{}", all);
    case 2:
      return fmt::format("{:#x}", all);
    case 3:
      return fmt::format("0{:o}", all);
    case 4:
      return fmt::format("0{:o}.0{:o}.0{:o}.0{:o}", a[0], a[1], a[2], a[3]);
    case 5:
      return fmt::format("{:#x}.{:#x}.{:#X}.{:#x}", a[0], a[1], a[2], a[3]);
    case 6:
      return fmt::format("{}.{}.{}", a[0], a[1], all & 0xffffU);
    case 7:
      return fmt::format("{}.{}", a[0], all & 0xffffffU);
    case 8:
      return fmt::format("{}.0{:o}.{:#x}.{}", a[0], a[1], a[2], a[3]);
    case 9:
      return fmt::format("0x0000{:x}.0000{:o}.{}.{}", a[0], a[1], a[2], a[3]);
    case 10:
      return fmt::format("[::ffff:{}.{}.{}.{}]", a[0], a[1], a[2], a[3]);
    case 11:
      return fmt::format("[0:0:0:0:0:FFFF:{:x}:{:x}]", all >> 16U, all & 0xffffU);
    case 12:
      return fmt::format("[64:ff9b::{}.{}.{}.{}]", a[0], a[1], a[2], a[3]);
    case 13:
      return fmt::format("[64:ff9b::{:x}:{:x}]", all >> 16U, all & 0xffffU);
    case 14:
      return fmt::format("[2002:{:x}:{:x}::1]", all >> 16U, all & 0xffffU);
    case 15:
      return fmt::format("[::{}.{}.{}.{}]", a[0], a[1], a[2], a[3]);
    case 16:
      return fmt::format("{}.{}.{}.{}.", a[0], a[1], a[2], a[3]);
    default:
      return fmt::format("%3{}.{}.{}.{}", a[0] % 10, a[1], a[2], a[3]);
  }
}

void check_spelling(Input& input) {
  const V4 address = {input.byte(), input.byte(), input.byte(), input.byte()};
  const std::uint8_t style = input.byte();
  const std::string url = fmt::format("https://{}{}", spelt(address, style), input.rest());
  check_judged(url);
  const auto taken = net::take_apart(url);
  if (taken) check_url(url, *taken);
  const bool alone = input.rest().empty() || input.rest().starts_with('/');
  if (!alone || !is_forbidden(address)) return;
  CHECK(egress(EgressMode::production).text_fault(url));
  CHECK(egress(EgressMode::production).host_refused(url));
}

}  // namespace
}  // namespace favorhook::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace favorhook;
  fuzz::Input input(data, size);
  if (size > 0 && data[0] == '!') {
    input.byte();
    fuzz::check_spelling(input);
    return 0;
  }
  const std::string_view text = input.rest();
  fuzz::check_judged(text);
  if (const auto url = net::take_apart(text)) fuzz::check_url(text, *url);
  return 0;
}
