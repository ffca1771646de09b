#include "net/answer_parser.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "net/chunked_reader.h"
#include "net/head_scan.h"

namespace favorhook::net {
namespace {

class Reader final : public ChunkedReader<false> {
 public:
  explicit Reader(const AnswerBounds& bounds)
      : ChunkedReader(bounds.field_bytes, bounds.body_bytes), kept_bytes_max_(bounds.kept_bytes) {}

  bool is_interim() const { return status >= 100 && status < 200; }

  int status = 0;
  std::size_t body_bytes = 0;
  std::string body_head;

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

  std::size_t on_bytes(BeastText bytes, ErrorCode&) override {
    body_bytes += bytes.size();
    const auto room = kept_bytes_max_ - std::min(kept_bytes_max_, body_head.size());
    body_head.append(bytes.data(), std::min(room, bytes.size()));
    return bytes.size();
  }

  const std::size_t kept_bytes_max_;
};

// Whether this can become a status line (RFC 9112 §4), as far as it is there: what greets with
// another protocol is no receiver, and need not be waited for.
bool begins_as_answer(std::string_view bytes) {
  constexpr std::string_view kForm = "HTTP/1.v ddd";
  for (std::size_t i = 0; i < std::min(bytes.size(), kForm.size()); ++i) {
    const char c = bytes[i];
    const bool fits = kForm[i] == 'v'   ? c == '0' || c == '1'
                      : kForm[i] == 'd' ? c >= '0' && c <= '9'
                                        : c == kForm[i];
    if (!fits) return false;
  }
  return true;
}

}  // namespace

struct AnswerParser::Message {
  std::optional<Reader> reader;
};

AnswerParser::AnswerParser(AnswerBounds bounds)
    : bounds_(bounds), message_(std::make_unique<Message>()) {
  message_->reader.emplace(bounds_);
}
AnswerParser::~AnswerParser() = default;

AnswerParser::State AnswerParser::feed(std::string_view bytes, std::size_t& consumed) {
  State state = more;
  std::size_t used = 0;
  consumed = 0;
  while (consumed < bytes.size()) {
    const std::string_view rest = bytes.substr(consumed);
    const bool in_body = message_->reader->head_done;
    state = in_body ? feed_body(rest, used) : feed_head(rest, used);
    consumed += used;
    if (state != more) return state;
    if (used == 0) break;
  }
  // What is not consumed is a head, a chunk's size line or a trailer that has not ended.
  if (bytes.size() - consumed < bounds_.field_bytes) return more;
  return refuse(too_large, "header limit exceeded");
}

// Beast is given a head only once it is whole: see head_scan.h.
AnswerParser::State AnswerParser::feed_head(std::string_view rest, std::size_t& used) {
  Reader& reader = *message_->reader;
  used = 0;
  const HeadScan scan = scan_head(rest.substr(0, bounds_.field_bytes), scanned_, Folding::allowed);
  if (scan.state == HeadScan::refused || !begins_as_answer(rest)) {
    return refuse(malformed, "the head is not that of an HTTP/1 answer");
  }
  if (scan.state == HeadScan::more) return more;
  ErrorCode error;
  used = reader.put(asio::const_buffer(rest.data(), scan.size), error);
  scanned_ = 0;
  // The length of a body is judged when the whole head was read, but before Beast says so.
  const bool has_head = reader.head_done || error == http::error::body_limit;
  if (has_head && !reader.is_interim()) status_ = reader.status;
  if (error == http::error::body_limit) return refuse(too_large, error.message());
  if (error) return refuse(malformed, error.message());
  if (!reader.is_interim()) return reader.is_done() ? finish() : more;
  // Nobody asked for another protocol: 101 is no answer to a POST.
  if (reader.status == 101 || ++interim_ > limits::kInterimAnswersMax) {
    return refuse(malformed, "interim answers without end");
  }
  message_->reader.emplace(bounds_);
  return more;
}

AnswerParser::State AnswerParser::feed_body(std::string_view rest, std::size_t& used) {
  Reader& reader = *message_->reader;
  if (reader.need_eof()) {
    // Beast tells nothing of a piece with which the bound is passed, and here a piece is what
    // happened to arrive: what fits goes in by itself.
    rest = rest.substr(0, std::max<std::size_t>(bounds_.body_bytes - reader.body_bytes, 1));
  }
  ErrorCode error;
  used = reader.read_body(rest, bounds_.field_bytes, error);
  body_head_ = reader.body_head;
  if (error == http::error::need_more) return more;
  if (error == http::error::body_limit) return refuse(too_large, error.message());
  if (error) return refuse(malformed, error.message());
  return reader.is_done() ? finish() : more;
}

AnswerParser::State AnswerParser::feed_end() {
  Reader& reader = *message_->reader;
  if (!reader.head_done) return more;
  ErrorCode error;
  reader.put_eof(error);
  return error ? more : finish();
}

AnswerParser::State AnswerParser::finish() {
  keep_alive_ = message_->reader->keep_alive();
  return complete;
}

AnswerParser::State AnswerParser::refuse(State state, std::string fault) {
  fault_ = std::move(fault);
  return state;
}

}  // namespace favorhook::net
