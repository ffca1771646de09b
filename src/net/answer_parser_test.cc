#include "net/answer_parser.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace favorhook::net {
namespace {

struct Outcome {
  AnswerParser::State state = AnswerParser::more;
  int status = 0;
  std::string body_head;
  bool keep_alive = false;
  std::size_t left = 0;
};

Outcome parse(std::string_view bytes, std::size_t piece = 1'000'000, bool ends = false,
              AnswerBounds bounds = {}) {
  AnswerParser parser(bounds);
  AnswerParser::State state = AnswerParser::more;
  std::string held;
  while (state == AnswerParser::more && !bytes.empty()) {
    held += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    std::size_t consumed = 0;
    state = parser.feed(held, consumed);
    held.erase(0, consumed);
  }
  if (state == AnswerParser::more && ends) state = parser.feed_end();
  return {state, parser.status(), parser.body_head(), parser.keep_alive(), held.size()};
}

TEST(AnswerParser, ReadsAnyCutOfTheBytesAlike) {
  const std::string_view cases[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
      "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 "
      "OK\r\nContent-Length: "
      "4\r\n\r\nbody"};
  for (const std::string_view bytes : cases) {
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      const Outcome outcome = parse(bytes, piece);
      ASSERT_EQ(outcome.state, AnswerParser::complete) << bytes << piece;
      EXPECT_EQ(outcome.status, 200);
      EXPECT_EQ(outcome.body_head, "body");
      EXPECT_TRUE(outcome.keep_alive);
    }
  }
}

// A cut behind the first line of an empty chunked body once stopped the process.
TEST(AnswerParser, ReadsAnyCutOfAnEmptyChunkedBodyAlike) {
  const std::string_view head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string_view body : {"0\r\n\r\n", "0\r\nX: y\r\n\r\n", "00;a\r\n\r\n"}) {
    const std::string bytes = std::string(head) + std::string(body);
    for (std::size_t first = head.size(); first < bytes.size(); ++first) {
      AnswerParser parser;
      std::size_t consumed = 0;
      ASSERT_EQ(parser.feed(std::string_view(bytes).substr(0, first), consumed),
                AnswerParser::more);
      std::size_t begin = consumed;
      AnswerParser::State state = AnswerParser::more;
      for (std::size_t end = first + 1; end <= bytes.size(); ++end) {
        ASSERT_EQ(state, AnswerParser::more);
        state = parser.feed(std::string_view(bytes).substr(begin, end - begin), consumed);
        begin += consumed;
      }
      EXPECT_EQ(state, AnswerParser::complete) << body << first;
    }
  }
  // The same bytes as a body of known length are not waited with.
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n0\r\n", 1).state,
            AnswerParser::complete);
}

TEST(AnswerParser, AnAnswerMayEndWithTheConnection) {
  const std::string_view open = "HTTP/1.1 200 OK\r\n\r\nbody";
  EXPECT_EQ(parse(open).state, AnswerParser::more);
  const Outcome ended = parse(open, 3, true);
  EXPECT_EQ(ended.state, AnswerParser::complete);
  EXPECT_EQ(ended.body_head, "body");
  EXPECT_FALSE(ended.keep_alive);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody", 99, true).state,
            AnswerParser::more);
  EXPECT_EQ(
      parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n", 99, true).state,
      AnswerParser::more);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nX: y", 99, true).state, AnswerParser::more);
}

TEST(AnswerParser, SomeAnswersHaveNoBody) {
  for (const char* bytes :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    EXPECT_EQ(parse(bytes).state, AnswerParser::complete) << bytes;
  }
}

TEST(AnswerParser, KnowsWhetherTheConnectionLivesOn) {
  EXPECT_FALSE(
      parse("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keep_alive);
}

TEST(AnswerParser, WhatIsNoAnswerIsMalformed) {
  constexpr const char* kBadChunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n";
  for (const char* bytes :
       {"hello\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", kBadChunk,
        "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
    EXPECT_EQ(parse(bytes).state, AnswerParser::malformed) << bytes;
    EXPECT_EQ(parse(bytes).status, bytes == std::string_view(kBadChunk) ? 200 : 0) << bytes;
  }
}

// Refused at the first byte that can be in no answer, however few bytes come at a time: a receiver
// of another protocol must not look like a slow one.
TEST(AnswerParser, WhatIsNoAnswerIsRefusedAtItsFirstBadByteInAnyCut) {
  const std::pair<std::string, std::size_t> cases[] = {
      {"SSH-2.0-OpenSSH_9.2\r\n", 1},
      {"220 mail.example ESMTP\r\n", 1},
      {"HTTP/2 200\r\n", 6},
      {"HTTP/1.2 200 OK\r\n", 8},
      {"HTTP/1.1 2x0 OK\r\n", 11},
      {" HTTP/1.1 200 OK\r\n", 1},
      {"HTTP/1.1 200 OK\nX: y\n", 16},
      {"HTTP/1.1 200 OK\rX: y\r\n", 17},
      {"HTTP/1.1 200 OK\r\nX: a\x01", 22},
      {"HTTP/1.1 100 Continue\r\n\r\nnonsense", 26},
  };
  for (const auto& [bytes, bad] : cases) {
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      EXPECT_EQ(parse(bytes, piece).state, AnswerParser::malformed) << bytes << piece;
    }
    EXPECT_EQ(parse(bytes.substr(0, bad), 1).state, AnswerParser::malformed) << bytes;
    EXPECT_EQ(parse(bytes.substr(0, bad - 1), 1).state, AnswerParser::more) << bytes;
  }
}

// A bad line that only Beast knows is judged when the head is whole, and never before.
TEST(AnswerParser, ABadFieldIsJudgedWithItsHeadInAnyCut) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: x\r\n";
  for (std::size_t piece = 1; piece <= head.size() + 2; ++piece) {
    EXPECT_EQ(parse(head, piece).state, AnswerParser::more) << piece;
    EXPECT_EQ(parse(head + "\r\n", piece).state, AnswerParser::malformed) << piece;
  }
}

TEST(AnswerParser, TakesAFoldedFieldOfAnOldProgram) {
  const std::string bytes = "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EXPECT_EQ(parse(bytes, piece).state, AnswerParser::complete) << piece;
  }
}

TEST(AnswerParser, AQuotedTextEndsOnItsLine) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::size_t piece : {std::size_t(1), std::size_t(1'000'000)}) {
    EXPECT_EQ(parse(chunked + "97;a=\"\r\n", piece).state, AnswerParser::malformed);
    EXPECT_EQ(parse(chunked + "1\r\na\r\n02;a=\"b\r\n", piece).state, AnswerParser::malformed);
    EXPECT_EQ(parse(chunked + "0;a=\"b\r\n\r\n", piece).state, AnswerParser::malformed);
  }
}

TEST(AnswerParser, InterimAnswersEnd) {
  std::string bytes;
  for (int i = 0; i <= limits::kInterimAnswersMax; ++i) bytes += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(parse(bytes).state, AnswerParser::malformed);
}

TEST(AnswerParser, BoundsTheBodyAndStillKnowsTheStatus) {
  const auto sized = [](std::size_t size) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, 'b');
  };
  EXPECT_EQ(parse(sized(limits::kAnswerBytesMax), 1000).state, AnswerParser::complete);
  const Outcome large = parse(sized(limits::kAnswerBytesMax + 1), 1000);
  EXPECT_EQ(large.state, AnswerParser::too_large);
  EXPECT_EQ(large.status, 200);
  const Outcome endless =
      parse("HTTP/1.1 500 X\r\n\r\n" + std::string(limits::kAnswerBytesMax + 1, 'b'), 1000);
  EXPECT_EQ(endless.state, AnswerParser::too_large);
  EXPECT_EQ(endless.status, 500);
  EXPECT_EQ(endless.body_head, std::string(limits::kAnswerHeadBytesMax, 'b'));
  const Outcome chunk = parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n");
  EXPECT_EQ(chunk.state, AnswerParser::too_large);
  EXPECT_EQ(chunk.status, 200);
}

TEST(AnswerParser, KeepsTheSameOfABodyThatIsTooLargeInAnyCut) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\n\r\n" + std::string(limits::kAnswerBytesMax + 1, 'b');
  for (const std::size_t piece : {std::size_t(7), std::size_t(1'000), std::size_t(1'000'000)}) {
    const Outcome large = parse(bytes, piece);
    EXPECT_EQ(large.state, AnswerParser::too_large) << piece;
    EXPECT_EQ(large.body_head, std::string(limits::kAnswerHeadBytesMax, 'b')) << piece;
  }
}

TEST(AnswerParser, BoundsTheHeadAtTheSameByteInAnyCut) {
  const std::string begin = "HTTP/1.1 204 N\r\nX: ";
  const auto with_size = [&](std::size_t size) {
    return begin + std::string(size - begin.size() - 4, 'a') + "\r\n\r\n";
  };
  for (const std::size_t piece : {std::size_t(7), std::size_t(1'000), std::size_t(1'000'000)}) {
    EXPECT_EQ(parse(with_size(limits::kAnswerFieldBytesMax), piece).state, AnswerParser::complete);
    const Outcome large = parse(with_size(limits::kAnswerFieldBytesMax + 1), piece);
    EXPECT_EQ(large.state, AnswerParser::too_large) << piece;
    EXPECT_EQ(large.status, 0);
  }
}

TEST(AnswerParser, BoundsChunkExtensionsAndTrailersInAnyCut) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string text(limits::kAnswerFieldBytesMax, 'x');
  for (const std::size_t piece : {std::size_t(1'000), std::size_t(1'000'000)}) {
    const std::string extended = chunked + "1;" + text + "\r\nb\r\n0\r\n\r\n";
    EXPECT_EQ(parse(extended, piece).state, AnswerParser::too_large) << piece;
    const std::string trailer = chunked + "0\r\nX: " + text + "\r\n\r\n";
    EXPECT_EQ(parse(trailer, piece).state, AnswerParser::too_large) << piece;
  }
}

TEST(AnswerParser, TakesItsBoundsFromWhoMakesIt) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const AnswerBounds bounds{.field_bytes = 60, .body_bytes = 4, .kept_bytes = 3};
  const std::string long_head = "HTTP/1.1 200 OK\r\nX: " + std::string(50, 'x');
  for (const std::size_t piece : {std::size_t(1), std::size_t(7), std::size_t(1'000)}) {
    const Outcome kept = parse(head + "body", piece, false, bounds);
    EXPECT_EQ(kept.state, AnswerParser::complete) << piece;
    EXPECT_EQ(kept.body_head, "bod") << piece;
    for (const std::string& bytes : std::vector<std::string>{
             long_head, "HTTP/1.1 200 OK\r\n\r\n12345", chunked + "5\r\n12345\r\n",
             chunked + "1;" + std::string(60, 'x'), chunked + "0\r\nX: " + std::string(60, 'x')}) {
      EXPECT_EQ(parse(bytes, piece, true, bounds).state, AnswerParser::too_large) << piece << bytes;
    }
  }
}

}  // namespace
}  // namespace favorhook::net
