// The way from bytes to requests (net/request_parser.h). An input is what one client sends on one
// connection.
//
// However the bytes are cut, the same requests come out and the same refusal ends them; no bound is
// passed, on what is taken and on what must be held; what was taken holds nothing that another
// reader could read differently, and written plainly it is read again alike.
#include <algorithm>
#include <vector>

#include "base/check.h"
#include "fuzz/cuts.h"
#include "net/request_parser.h"

namespace favorhook::fuzz {
namespace {

using net::Fed;
using net::RequestParser;

// Small ones, so that short inputs come to them.
constexpr net::RequestBounds kBounds{.head_bytes = 512, .body_bytes = 128};

struct Taken {
  HttpRequest request;
  bool keep_alive = false;
  bool http10 = false;
};

struct Outcome {
  std::vector<Taken> taken;
  bool refused = false;
  net::Malformed why = net::Malformed::request;
};

// As net/session.cc does: what is not consumed is held and given again with what follows.
Outcome receive(std::string_view bytes, const Cut& cut) {
  RequestParser parser(kBounds);
  Outcome outcome;
  std::string held;
  for (;;) {
    const Fed fed = parser.feed(held);
    CHECK(fed.consumed <= held.size());
    held.erase(0, fed.consumed);
    if (fed.state == Fed::refused) {
      outcome.refused = true;
      outcome.why = fed.why;
      return outcome;
    }
    if (fed.state == Fed::complete) {
      const bool keep_alive = parser.keep_alive();
      const bool http10 = parser.is_http10();
      outcome.taken.push_back({parser.take(), keep_alive, http10});
      continue;
    }
    CHECK(held.size() < kBounds.head_bytes);
    if (bytes.empty()) return outcome;
    held += next_piece(bytes, cut);
  }
}

bool equal(const HttpRequest& a, const HttpRequest& b) {
  return a.method == b.method && a.target == b.target && a.body == b.body &&
         std::ranges::equal(a.headers, b.headers, [](const Header& x, const Header& y) {
           return x.name == y.name && x.value == y.value;
         });
}

void check_alike(const Outcome& a, const Outcome& b) {
  CHECK(a.refused == b.refused);
  CHECK(!a.refused || a.why == b.why);
  CHECK(a.taken.size() == b.taken.size());
  for (std::size_t i = 0; i < a.taken.size(); ++i) {
    CHECK(equal(a.taken[i].request, b.taken[i].request));
    CHECK(a.taken[i].keep_alive == b.taken[i].keep_alive);
    CHECK(a.taken[i].http10 == b.taken[i].http10);
  }
}

bool is_visible(char c) {
  return c > ' ' && c < 0x7f;
}

void check_request(const Taken& taken) {
  const HttpRequest& request = taken.request;
  CHECK(request.body.size() <= kBounds.body_bytes);
  CHECK(!request.method.empty() && std::ranges::all_of(request.method, is_visible));
  CHECK(request.target.starts_with('/') && std::ranges::all_of(request.target, is_visible));
  std::size_t head = request.method.size() + request.target.size();
  for (const Header& header : request.headers) {
    head += header.name.size() + header.value.size();
    CHECK(!header.name.empty() && std::ranges::all_of(header.name, is_visible));
    CHECK(header.name.find(':') == std::string::npos);
    CHECK(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  CHECK(head <= kBounds.head_bytes);
  CHECK(count_headers(request.headers, "Host") == 1 ||
        (taken.http10 && count_headers(request.headers, "Host") == 0));
  const std::size_t lengths = count_headers(request.headers, "Content-Length");
  const std::size_t codings = count_headers(request.headers, "Transfer-Encoding");
  CHECK(lengths + codings <= 1);
  CHECK(lengths + codings == 1 || request.body.empty());
}

// The request in plain HTTP, its body in one piece or one chunk.
std::string written(const Taken& taken) {
  const HttpRequest& request = taken.request;
  std::string text = request.method + ' ' + request.target;
  text += taken.http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  for (const Header& header : request.headers) {
    text += header.name + ":" + header.value + "\r\n";
  }
  text += "\r\n";
  if (count_headers(request.headers, "Transfer-Encoding") == 0) return text + request.body;
  if (request.body.empty()) return text + "0\r\n\r\n";
  constexpr char kDigits[] = "0123456789abcdef";
  const std::size_t size = request.body.size();
  text += {kDigits[size / 16 % 16], kDigits[size % 16]};
  return text + "\r\n" + request.body + "\r\n0\r\n\r\n";
}

}  // namespace
}  // namespace favorhook::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace favorhook::fuzz;
  Input input(data, size);
  const Outcome whole = check_cuts(input, input.rest(), receive, check_alike);
  for (const Taken& taken : whole.taken) {
    check_request(taken);
    const Outcome again = receive(written(taken), [](std::size_t left) { return left; });
    CHECK(!again.refused && again.taken.size() == 1);
    CHECK(equal(again.taken[0].request, taken.request));
    CHECK(again.taken[0].keep_alive == taken.keep_alive);
  }
  return 0;
}
