#include "net/answer_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "base/limits.h"
#include "net/chunk_rules.h"
#include "net/native.h"

namespace favorhook::net {
namespace {

namespace http = boost::beast::http;
using BeastText = boost::beast::string_view;

class Reader final : public http::basic_parser<false> {
 public:
  Reader() {
    eager(false);
    header_limit(std::uint32_t(limits::kAnswerFieldBytesMax));
    body_limit(limits::kAnswerBytesMax);
  }

  int status = 0;
  bool head_done = false;
  std::size_t body_bytes = 0;
  std::string body_head;

  // What comes next is a chunk's size line or the trailer, and no part of a body.
  bool between_chunks() const { return head_done && chunked() && chunk_left_ == 0; }

 private:
  void on_request_impl(http::verb, BeastText, BeastText, int, ErrorCode&) override {}
  // Three digits are read, and 000 to 099 are no status (RFC 9110 §15).
  void on_response_impl(int code, BeastText, int, ErrorCode& error) override {
    status = code;
    if (code < 100) error = make_error_code(http::error::bad_status);
  }
  void on_field_impl(http::field, BeastText, BeastText, ErrorCode&) override {}
  void on_header_impl(ErrorCode&) override { head_done = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(BeastText bytes, ErrorCode& error) override { return add(bytes, error); }
  void on_chunk_header_impl(std::uint64_t size, BeastText, ErrorCode&) override {
    chunk_left_ = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastText bytes, ErrorCode& error) override {
    chunk_left_ -= bytes.size();
    return add(bytes, error);
  }
  void on_finish_impl(ErrorCode&) override {}

  std::size_t add(BeastText bytes, ErrorCode& error) {
    body_bytes += bytes.size();
    if (body_bytes > limits::kAnswerBytesMax) {
      error = make_error_code(http::error::body_limit);
      return 0;
    }
    const auto room =
        limits::kAnswerHeadBytesMax - std::min(limits::kAnswerHeadBytesMax, body_head.size());
    body_head.append(bytes.data(), std::min(room, bytes.size()));
    return bytes.size();
  }

  std::uint64_t chunk_left_ = 0;
};

bool is_interim(int status) {
  return status >= 100 && status < 200;
}

}  // namespace

struct AnswerParser::Message {
  std::optional<Reader> reader{std::in_place};
};

AnswerParser::AnswerParser() : message_(std::make_unique<Message>()) {}
AnswerParser::~AnswerParser() = default;

AnswerParser::State AnswerParser::feed(std::string_view bytes, std::size_t& consumed) {
  consumed = 0;
  while (consumed < bytes.size()) {
    Reader& reader = *message_->reader;
    const std::string_view rest = bytes.substr(consumed);
    if (reader.between_chunks() && is_half_last_chunk(rest)) break;
    ErrorCode error;
    consumed += reader.put(asio::const_buffer(rest.data(), rest.size()), error);
    // The length of a body is judged when the whole head was read, but before Beast says so.
    const bool has_head = reader.head_done || error == http::error::body_limit;
    if (has_head && !is_interim(reader.status)) status_ = reader.status;
    body_head_ = reader.body_head;
    if (error == http::error::need_more) {
      if (!reader.between_chunks() || !has_chunk_line(rest)) break;
      error = make_error_code(http::error::bad_chunk);
    }
    if (error) {
      fault_ = error.message();
      const bool size = error == http::error::body_limit || error == http::error::header_limit;
      return size ? too_large : malformed;
    }
    if (!reader.is_done()) continue;
    if (!is_interim(reader.status)) return finish();
    // Nobody asked for another protocol: 101 is no answer to a POST.
    if (reader.status == 101 || ++interim_ > limits::kInterimAnswersMax) {
      fault_ = "interim answers without end";
      return malformed;
    }
    message_->reader.emplace();
  }
  // What Beast leaves unconsumed is a head, a chunk's size line or a trailer that has not ended.
  if (bytes.size() - consumed < limits::kAnswerFieldBytesMax) return more;
  fault_ = "header limit exceeded";
  return too_large;
}

AnswerParser::State AnswerParser::feed_end() {
  Reader& reader = *message_->reader;
  if (!reader.got_some() || !reader.head_done) return more;
  ErrorCode error;
  reader.put_eof(error);
  return error ? more : finish();
}

AnswerParser::State AnswerParser::finish() {
  Reader& reader = *message_->reader;
  status_ = reader.status;
  body_head_ = reader.body_head;
  keep_alive_ = reader.keep_alive();
  return complete;
}

}  // namespace favorhook::net
