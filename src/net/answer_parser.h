// Private to net/: bytes to what a delivery needs of an answer, without any I/O.
//
//   AnswerParser parser;
//   const AnswerParser::State state = parser.feed(bytes, consumed);
//
// 1xx answers are skipped. Of the body the beginning is kept. However the bytes are cut, the
// verdict is the same. Thread safety: a value of one exchange. Errors: malformed and too_large,
// with fault() in words. Limits: the bounds given, and kInterimAnswersMax.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace favorhook::net {

struct AnswerBounds {
  // Of the head, and of whatever else must be held until it ends: a chunk's size line, a trailer.
  std::size_t field_bytes = limits::kAnswerFieldBytesMax;
  std::size_t body_bytes = limits::kAnswerBytesMax;
  std::size_t kept_bytes = limits::kAnswerHeadBytesMax;  // of the body
};

class AnswerParser {
 public:
  enum State { more, complete, malformed, too_large };

  explicit AnswerParser(AnswerBounds bounds = {});
  ~AnswerParser();

  // `bytes` begin where the last feed stopped consuming.
  State feed(std::string_view bytes, std::size_t& consumed);
  // The connection ended in good order: complete where that is how the answer ends.
  State feed_end();

  int status() const { return status_; }  // 0 before the head
  const std::string& body_head() const { return body_head_; }
  bool keep_alive() const { return keep_alive_; }
  const std::string& fault() const { return fault_; }

 private:
  struct Message;
  State feed_head(std::string_view rest, std::size_t& used);
  State feed_body(std::string_view rest, std::size_t& used);
  State finish();
  State refuse(State state, std::string fault);

  AnswerBounds bounds_;
  std::unique_ptr<Message> message_;
  std::size_t scanned_ = 0;  // of the head that is arriving
  int interim_ = 0;
  int status_ = 0;
  bool keep_alive_ = false;
  std::string body_head_;
  std::string fault_;
};

}  // namespace favorhook::net
