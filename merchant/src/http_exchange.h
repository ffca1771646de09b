// One HTTP request and its answer over libcurl, connections kept for reuse.
//
//   HttpExchange exchange({.ca_file = "ca.pem", .timeout_ms = 10000});
//   Result<HttpExchange::Answer> answer = exchange.send("GET", url, headers, "");
//
// TLS 1.2 or later, chain and name verified; no redirects, no decoding: the body is what was
// signed. Thread safety: one thread at a time. Errors: libcurl's reason in words, for what keeps an
// answer from coming. Limits: limits::kClientAnswerBytesMax of a body; libcurl bounds heads.
#pragma once

#include <memory>
#include <string>

#include "base/http_message.h"
#include "base/result.h"

namespace favorhook::merchant {

class HttpExchange {
 public:
  struct Options {
    std::string ca_file;  // beside the system's authorities; empty: none
    long timeout_ms = 10000;
  };
  struct Answer {
    int status = 0;
    Headers headers;
    std::string body;
  };

  explicit HttpExchange(Options options);
  // Sends exactly these headers and libcurl's Host, and Content-Length where there is a body.
  Result<Answer> send(const std::string& method, const std::string& url, const Headers& headers,
                      const std::string& body);

 private:
  struct Handle;
  struct CloseHandle {
    void operator()(Handle* handle) const;
  };
  Options options_;
  std::unique_ptr<Handle, CloseHandle> handle_;
};

// The scheme, host and so on of a base URL, judged by libcurl's own parser.
struct BaseUrl {
  std::string origin;  // "https://api.mch.weixin.qq.com", without a slash at the end
  std::string path;    // the prefix that every target gets, without a slash at the end
  bool loopback = false;
  bool has_more = false;  // a query or a fragment
};
Result<BaseUrl> parse_base_url(const std::string& text);

}  // namespace favorhook::merchant
