#include "net/request_parser.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "base/limits.h"

namespace favorhook::net {
namespace {

constexpr RequestBounds kBounds{.head_bytes = 1024, .body_bytes = 100};

struct Outcome {
  Fed::State state = Fed::more;
  Malformed why = Malformed::request;
  HttpRequest request;
  bool keep_alive = false;
};

// Feeds as a session does, the bytes arriving in pieces of the size given.
Outcome parse(std::string_view bytes, std::size_t piece = 1'000'000) {
  RequestParser parser(kBounds);
  std::string held;
  while (true) {
    const Fed fed = parser.feed(held);
    held.erase(0, fed.consumed);
    if (fed.state == Fed::refused) return {.state = fed.state, .why = fed.why, .request = {}};
    if (fed.state == Fed::complete) {
      const bool keep_alive = parser.keep_alive();
      return {.state = fed.state, .request = parser.take(), .keep_alive = keep_alive};
    }
    if (bytes.empty()) return {};
    held += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
}

std::string get(std::string_view headers, std::string_view line = "GET /a HTTP/1.1") {
  return std::string(line) + "\r\n" + std::string(headers) + "\r\n";
}

TEST(RequestParser, GivesTheBytesThatWereReceived) {
  const Outcome outcome = parse(
      "POST /a%2f?b=%41 HTTP/1.1\r\nhOsT: shop\r\nX-Twice: 1\r\nX-Twice:  2 \r\nContent-Length: "
      "5\r\n\r\n{\"\n\x80}");
  ASSERT_EQ(outcome.state, Fed::complete);
  EXPECT_EQ(outcome.request.method, "POST");
  EXPECT_EQ(outcome.request.target, "/a%2f?b=%41");
  EXPECT_EQ(outcome.request.body, "{\"\n\x80}");
  EXPECT_EQ(outcome.request.headers[0].name, "hOsT");
  EXPECT_EQ(count_headers(outcome.request.headers, "x-twice"), 2U);
  EXPECT_EQ(outcome.request.headers[2].value, "2");
}

TEST(RequestParser, ReadsAnyCutOfTheBytesAlike) {
  const std::string chunked = get("Host: a\r\nTransfer-Encoding: chunked\r\n", "POST /c HTTP/1.1") +
                              "3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nHost: trailer\r\n\r\n";
  const std::string sized =
      get("Host: a\r\nContent-Length: 8\r\n", "POST /s HTTP/1.1") + "abcdefgh";
  for (const std::string& bytes : {chunked, sized}) {
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      const Outcome outcome = parse(bytes, piece);
      ASSERT_EQ(outcome.state, Fed::complete) << piece;
      EXPECT_EQ(outcome.request.body, "abcdefgh");
      EXPECT_EQ(outcome.request.headers.size(), 2U) << "a trailer never joins the head";
    }
  }
}

// A cut behind the first line of an empty chunked body once stopped the process.
TEST(RequestParser, ReadsAnyCutOfAnEmptyChunkedBodyAlike) {
  const std::string head = get("Host: a\r\nTransfer-Encoding: chunked\r\n", "POST /c HTTP/1.1");
  for (const char* body : {"0\r\n\r\n", "0\r\nX: y\r\n\r\n", "00;a\r\n\r\n"}) {
    const std::string bytes = head + body;
    for (std::size_t first = head.size(); first < bytes.size(); ++first) {
      RequestParser parser(kBounds);
      std::size_t begin = parser.feed(std::string_view(bytes).substr(0, first)).consumed;
      Fed fed;
      for (std::size_t end = first + 1; end <= bytes.size(); ++end) {
        ASSERT_EQ(fed.state, Fed::more);
        fed = parser.feed(std::string_view(bytes).substr(begin, end - begin));
        begin += fed.consumed;
      }
      EXPECT_EQ(fed.state, Fed::complete) << body << first;
    }
  }
  // The same bytes as a body of known length are not waited with.
  const std::string sized = get("Host: a\r\nContent-Length: 3\r\n", "POST /s HTTP/1.1");
  EXPECT_EQ(parse(sized + "0\r\n", 1).state, Fed::complete);
}

// Whole, and byte by byte.
void expect_refused(std::span<const std::string> cases) {
  for (const std::string& bytes : cases) {
    for (const std::size_t piece : {std::size_t(1), std::size_t(1'000'000)}) {
      const Outcome outcome = parse(bytes, piece);
      EXPECT_EQ(outcome.state, Fed::refused) << bytes;
      EXPECT_EQ(outcome.why, Malformed::request) << bytes;
    }
  }
}

TEST(RequestParser, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string host = "Host: a\r\n";
  const std::string cases[] = {
      "HELLO\r\n\r\n",
      "GET /a\r\n\r\n",
      "GET /a 2\r\n\r\n",
      "\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n",
      " GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a  HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
      "G(T /a HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a HTTP/1.2\r\nHost: a\r\n\r\n",
      "GET /a HTTP/2.0\r\nHost: a\r\n\r\n",
      "GET /a http/1.1\r\nHost: a\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "GET /a HTTP/1.1\nHost: a\n\n",
      "GET /a HTTP/1.1\r\nHost: a\n\r\n",
      "GET /a HTTP/1.1\rHost: a\r\n\r\n",
      "\x16\x03\x01\x02\x01",
      get(""),
      get(host + host),
      get(host + "Host: b\r\n"),
      get("Host: a/b\r\n"),
      get("Host: a,b\r\n"),
      get(host + "X: a\r\n b\r\n"),
      get(host + "X: a\r\n\tb\r\n"),
      get(" " + host),
      get(host + "X : a\r\n"),
      get(host + ": a\r\n"),
      get(host + "X\r\n"),
      get(host + "X: a\x01"
                 "b\r\n"),
      get(host + std::string("X: a\0b\r\n", 8)),
      get(host, "GET http://a/a HTTP/1.1"),
      get(host, "GET a HTTP/1.1"),
      get(host, "GET * HTTP/1.1"),
      get(host, "CONNECT a:443 HTTP/1.1"),
      get(host, "GET /a\x80 HTTP/1.1"),
      get(host, "GET /a#b HTTP/1.1"),
  };
  expect_refused(cases);
}

TEST(RequestParser, RefusesLengthsThatTwoReadersCouldReadDifferently) {
  const std::string host = "Host: a\r\n";
  const std::string cases[] = {
      get(host + "Content-Length: 2\r\nContent-Length: 2\r\n") + "{}",
      get(host + "Content-Length: 2\r\nContent-Length: 3\r\n") + "{}",
      get(host + "Content-Length: 2, 2\r\n") + "{}",
      get(host + "Content-Length: +2\r\n") + "{}",
      get(host + "Content-Length: -1\r\n"),
      get(host + "Content-Length:\r\n"),
      get(host + "Content-Length: 0x2\r\n") + "{}",
      get(host + "Content-Length: 99999999999999999999\r\n"),
      get(host + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
      get(host + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n") + "0\r\n\r\n",
      get(host + "Transfer-Encoding: xchunked\r\n"),
      get(host + "Transfer-Encoding: gzip, chunked\r\n"),
      get(host + "Transfer-Encoding: chunked, identity\r\n"),
      get(host + "Transfer-Encoding: identity\r\n"),
      get(host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      get(host + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
      get(host + "Transfer-Encoding: chunked\r\n", "POST /a HTTP/1.0") + "0\r\n\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "zz\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "FFFFFFFFFFFFFFFFF\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "2\r\nabcd\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "2\nab\r\n0\r\n\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "2;a=\"b\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "1\r\na\r\n02;a=\"b\r\nab\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "0;a=\"b\r\n\r\n",
      get(host + "Transfer-Encoding: chunked\r\n") + "2\r\nabX",
  };
  expect_refused(cases);
}

TEST(RequestParser, TakesWhatLooksOddButIsPlain) {
  for (const std::string& bytes :
       {get("Host: a\r\n", "GET //a HTTP/1.1"), get("Host: a\r\n", "BREW /pot HTTP/1.1"),
        get("Host: [::1]:8480\r\n"), get("Host: a\r\n", "GET /a?x=1/2?3 HTTP/1.1"),
        get("", "GET /a HTTP/1.0"), get("Host:\r\n"), get("Host: a\r\nX: \xe4\xb8\xad\r\n"),
        get("Host: a\r\nX:\ta\tb\r\n"), get("Host: a\r\nContent-Length: 0\r\n")}) {
    EXPECT_EQ(parse(bytes).state, Fed::complete) << bytes;
  }
}

TEST(RequestParser, BoundsTheHead) {
  const std::string frame = get("Host: a\r\nX: \r\n");
  const auto with_size = [&](std::size_t size) {
    return get("Host: a\r\nX: " + std::string(size - frame.size(), 'a') + "\r\n");
  };
  EXPECT_EQ(parse(with_size(kBounds.head_bytes)).state, Fed::complete);
  for (const std::size_t piece : {std::size_t(7), std::size_t(1'000'000)}) {
    const Outcome outcome = parse(with_size(kBounds.head_bytes + 1), piece);
    EXPECT_EQ(outcome.state, Fed::refused);
    EXPECT_EQ(outcome.why, Malformed::head_too_large);
  }
}

TEST(RequestParser, BoundsTheBody) {
  const std::string sized = "Host: a\r\nContent-Length: ";
  EXPECT_EQ(parse(get(sized + "100\r\n") + std::string(100, 'b')).state, Fed::complete);
  EXPECT_EQ(parse(get(sized + "101\r\n")).why, Malformed::body_too_large);
  const std::string chunked = get("Host: a\r\nTransfer-Encoding: chunked\r\n");
  EXPECT_EQ(parse(chunked + "65\r\n").why, Malformed::body_too_large);
  std::string many = chunked;
  for (int i = 0; i < 101; ++i) many += "1\r\nb\r\n";
  const Outcome outcome = parse(many);
  EXPECT_EQ(outcome.state, Fed::refused);
  EXPECT_EQ(outcome.why, Malformed::body_too_large);
}

TEST(RequestParser, BoundsChunkExtensionsAndTrailers) {
  const std::string chunked = get("Host: a\r\nTransfer-Encoding: chunked\r\n");
  for (const std::size_t piece : {std::size_t(100), std::size_t(1'000'000)}) {
    const std::string extended = chunked + "1;" + std::string(1100, 'x') + "\r\nb\r\n0\r\n\r\n";
    EXPECT_EQ(parse(extended, piece).state, Fed::refused) << piece;
    const std::string trailer = chunked + "0\r\nX: " + std::string(1100, 'x') + "\r\n\r\n";
    EXPECT_EQ(parse(trailer, piece).state, Fed::refused) << piece;
  }
  std::string trailers = chunked + "0\r\n";
  for (int i = 0; i < 500; ++i) trailers += "X-A: b\r\n";
  EXPECT_EQ(parse(trailers, 100).state, Fed::refused);
}

TEST(RequestParser, KnowsWhetherTheConnectionLivesOn) {
  EXPECT_TRUE(parse(get("Host: a\r\n")).keep_alive);
  EXPECT_FALSE(parse(get("Host: a\r\nConnection: close\r\n")).keep_alive);
  EXPECT_FALSE(parse(get("Host: a\r\n", "GET /a HTTP/1.0")).keep_alive);
  EXPECT_TRUE(parse(get("Host: a\r\nConnection: Keep-Alive\r\n", "GET /a HTTP/1.0")).keep_alive);
  const std::string chunked = get("Host: a\r\nTransfer-Encoding: chunked\r\n");
  EXPECT_TRUE(parse(chunked + "0\r\nConnection: close\r\n\r\n").keep_alive) << "by a trailer";
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
  RequestParser parser(kBounds);
  const std::string first = get("Host: a\r\nContent-Length: 2\r\n", "POST /1 HTTP/1.1") + "{}";
  const std::string bytes = first + get("Host: a\r\n", "GET /2 HTTP/1.1");
  const Fed fed = parser.feed(bytes);
  ASSERT_EQ(fed.state, Fed::complete);
  EXPECT_EQ(fed.consumed, first.size());
  EXPECT_EQ(parser.take().target, "/1");
  ASSERT_EQ(parser.feed(std::string_view(bytes).substr(fed.consumed)).state, Fed::complete);
  EXPECT_EQ(parser.take().target, "/2");
}

}  // namespace
}  // namespace favorhook::net
