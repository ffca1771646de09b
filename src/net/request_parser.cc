#include "net/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "base/check.h"
#include "net/chunk_rules.h"
#include "net/native.h"
#include "net/request_rules.h"

namespace favorhook::net {
namespace {

namespace http = boost::beast::http;
using BeastText = boost::beast::string_view;

ErrorCode refusal() {
  return make_error_code(http::error::bad_value);
}

// Gathers what Beast reads into a plain request.
class Gatherer final : public http::basic_parser<true> {
 public:
  explicit Gatherer(RequestBounds bounds) : bounds_(bounds) {
    eager(false);
    header_limit(std::uint32_t(bounds.head_bytes));
    body_limit(bounds.body_bytes);
  }

  HttpRequest request;
  bool http10 = false;
  bool head_done = false;
  bool expects_continue = false;
  bool keeps_alive = false;  // by the head: Beast's own would listen to the trailer too

  // What comes next is a chunk's size line or the trailer, and no part of a body.
  bool between_chunks() const { return head_done && chunked() && chunk_left_ == 0; }

 private:
  void on_request_impl(http::verb, BeastText method, BeastText target, int version,
                       ErrorCode&) override {
    request.method = std::string(method);
    request.target = std::string(target);
    http10 = version == 10;
  }
  void on_response_impl(int, BeastText, int, ErrorCode&) override {}
  // Fields after the body are dropped: nobody may add to a head that was judged.
  void on_field_impl(http::field, BeastText name, BeastText value, ErrorCode&) override {
    if (!head_done) request.headers.push_back({std::string(name), std::string(value)});
  }
  void on_header_impl(ErrorCode& error) override {
    head_done = true;
    keeps_alive = keep_alive();
    if (!head_is_fine(request, http10)) error = refusal();
    const auto expect = find_header(request.headers, "Expect");
    expects_continue = expect && !http10 && equal_ignoring_case(*expect, "100-continue");
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override {
    if (length) request.body.reserve(std::min<std::size_t>(*length, bounds_.body_bytes));
  }
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
    if (request.body.size() + bytes.size() > bounds_.body_bytes) {
      error = make_error_code(http::error::body_limit);
      return 0;
    }
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  RequestBounds bounds_;
  std::uint64_t chunk_left_ = 0;
};

Malformed reason(const ErrorCode& error) {
  if (error == http::error::body_limit) return Malformed::body_too_large;
  if (error == http::error::header_limit) return Malformed::head_too_large;
  return Malformed::request;
}

}  // namespace

struct RequestParser::Message {
  std::optional<Gatherer> gatherer;
};

RequestParser::RequestParser(RequestBounds bounds)
    : bounds_(bounds), message_(std::make_unique<Message>()) {
  message_->gatherer.emplace(bounds_);
}

RequestParser::~RequestParser() = default;

Fed RequestParser::feed(std::string_view bytes) {
  Gatherer& gatherer = *message_->gatherer;
  Fed fed;
  if (!gatherer.head_done) {
    const HeadScan scan = scan_head(bytes.substr(0, bounds_.head_bytes), scanned_);
    if (scan.state == HeadScan::refused) return {Fed::refused, 0, Malformed::request};
    if (scan.state == HeadScan::more) {
      if (bytes.size() < bounds_.head_bytes) return fed;
      return {Fed::refused, 0, Malformed::head_too_large};
    }
    // The head alone: Beast would look at what follows it, and wait for that, to judge a bad line.
    ErrorCode error;
    fed.consumed = gatherer.put(asio::const_buffer(bytes.data(), scan.size), error);
    if (error) return {Fed::refused, fed.consumed, reason(error)};
  }
  while (!gatherer.is_done() && fed.consumed < bytes.size()) {
    std::string_view rest = bytes.substr(fed.consumed);
    // No more than may be held for it, so that its bound does not depend on how the bytes arrive.
    if (gatherer.between_chunks()) rest = rest.substr(0, bounds_.head_bytes);
    if (gatherer.between_chunks() && is_half_last_chunk(rest)) break;
    ErrorCode error;
    fed.consumed += gatherer.put(asio::const_buffer(rest.data(), rest.size()), error);
    const bool in_vain = gatherer.between_chunks() && has_chunk_line(rest);
    if (error == http::error::need_more && !in_vain) break;
    if (error) return {Fed::refused, fed.consumed, reason(error)};
  }
  // A chunk's size line or the trailer may not grow without end either.
  if (!gatherer.is_done() && bytes.size() - fed.consumed >= bounds_.head_bytes) {
    return {Fed::refused, fed.consumed, Malformed::request};
  }
  fed.state = gatherer.is_done() ? Fed::complete : Fed::more;
  return fed;
}

bool RequestParser::head_complete() const {
  return message_->gatherer->head_done;
}

bool RequestParser::expects_continue() const {
  return message_->gatherer->head_done && message_->gatherer->expects_continue;
}

bool RequestParser::keep_alive() const {
  return message_->gatherer->keeps_alive;
}

bool RequestParser::is_http10() const {
  return message_->gatherer->http10;
}

HttpRequest RequestParser::take() {
  CHECK(message_->gatherer->is_done());
  HttpRequest request = std::move(message_->gatherer->request);
  message_->gatherer.emplace(bounds_);
  scanned_ = 0;
  return request;
}

}  // namespace favorhook::net
