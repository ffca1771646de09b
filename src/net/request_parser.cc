#include "net/request_parser.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "net/chunked_reader.h"
#include "net/head_scan.h"
#include "net/request_rules.h"

namespace favorhook::net {
namespace {

// Gathers what Beast reads into a plain request.
class Gatherer final : public ChunkedReader<true> {
 public:
  explicit Gatherer(RequestBounds bounds)
      : ChunkedReader(bounds.head_bytes, bounds.body_bytes), body_bytes_max_(bounds.body_bytes) {}

  HttpRequest request;
  bool http10 = false;
  bool expects_continue = false;
  bool keeps_alive = false;  // by the head: Beast's own would listen to the trailer too

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
    if (!head_is_fine(request, http10)) error = make_error_code(http::error::bad_value);
    const auto expect = find_header(request.headers, "Expect");
    expects_continue = expect && !http10 && equal_ignoring_case(*expect, "100-continue");
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override {
    if (length) request.body.reserve(std::min<std::size_t>(*length, body_bytes_max_));
  }
  std::size_t on_bytes(BeastText bytes, ErrorCode& error) override {
    if (request.body.size() + bytes.size() > body_bytes_max_) {
      error = make_error_code(http::error::body_limit);
      return 0;
    }
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  std::size_t body_bytes_max_;
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
    const HeadScan scan =
        scan_head(bytes.substr(0, bounds_.head_bytes), scanned_, Folding::refused);
    if (scan.state == HeadScan::refused) return {Fed::refused, 0, Malformed::request};
    if (scan.state == HeadScan::more) {
      if (bytes.size() < bounds_.head_bytes) return fed;
      return {Fed::refused, 0, Malformed::head_too_large};
    }
    ErrorCode error;
    fed.consumed = gatherer.put(asio::const_buffer(bytes.data(), scan.size), error);
    if (error) return {Fed::refused, fed.consumed, reason(error)};
  }
  while (!gatherer.is_done() && fed.consumed < bytes.size()) {
    ErrorCode error;
    fed.consumed += gatherer.read_body(bytes.substr(fed.consumed), bounds_.head_bytes, error);
    if (error == http::error::need_more) break;
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
