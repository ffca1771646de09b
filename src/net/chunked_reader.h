// Private to net/: Beast's parser with what both directions need of it: a body in one place,
// however it is framed, and chunks read as chunk_scan.h says.
//
//   class Reader final : public ChunkedReader<false> { … on_bytes(…) … };
//   std::size_t used = reader.put(asio::const_buffer(head.data(), head.size()), error);
//   used = reader.read_body(rest, limits::kAnswerFieldBytesMax, error);      // and again
//
// Included by the two parsers alone, since Beast costs seconds of compiling. Thread safety: a value
// of one connection. Errors: Beast's; need_more where the bytes end too early.
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include "net/chunk_scan.h"
#include "net/native.h"

namespace favorhook::net {

namespace http = boost::beast::http;
using BeastText = boost::beast::string_view;

template <bool kIsRequest>
class ChunkedReader : public http::basic_parser<kIsRequest> {
 public:
  // Without eagerness put() does one thing at a time: Beast would else go on to the first chunk
  // within the call that ends the head.
  ChunkedReader(std::size_t head_bytes_max, std::size_t body_bytes_max) {
    this->eager(false);
    this->header_limit(std::uint32_t(head_bytes_max));
    this->body_limit(body_bytes_max);
  }

  // Reads on behind the head, and says how many bytes that took. No more than `line_bytes_max` are
  // looked at for a chunk's size line or a trailer, so that a bound does not depend on how the
  // bytes arrive.
  std::size_t read_body(std::string_view rest, std::size_t line_bytes_max, ErrorCode& error) {
    if (!this->chunked() || chunk_left_ > 0) {
      return this->put(asio::const_buffer(rest.data(), rest.size()), error);
    }
    const ChunkScan scan = scan_chunk(rest.substr(0, line_bytes_max), after_chunk_);
    if (scan.state != ChunkScan::complete) {
      const bool more = scan.state == ChunkScan::more;
      error = make_error_code(more ? http::error::need_more : http::error::bad_chunk);
      return 0;
    }
    const std::size_t used = this->put(asio::const_buffer(rest.data(), scan.size), error);
    if (error == http::error::need_more) error = make_error_code(http::error::bad_chunk);
    return used;
  }

  bool head_done = false;

 protected:
  // The next bytes of the body; how many were taken.
  virtual std::size_t on_bytes(BeastText bytes, ErrorCode& error) = 0;

 private:
  std::size_t on_body_impl(BeastText bytes, ErrorCode& error) final {
    return on_bytes(bytes, error);
  }
  void on_chunk_header_impl(std::uint64_t size, BeastText, ErrorCode&) final {
    chunk_left_ = size;
    after_chunk_ = true;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastText bytes, ErrorCode& error) final {
    chunk_left_ -= bytes.size();
    return on_bytes(bytes, error);
  }
  void on_finish_impl(ErrorCode&) final {}

  std::uint64_t chunk_left_ = 0;
  bool after_chunk_ = false;
};

}  // namespace favorhook::net
