// HTTP requests and answers as plain values: what net/ reads and writes, and what gateway/ and
// admin/ think about.
//
// Header names compare without case; the target and the body are the bytes that were received,
// since signatures are over them (protocol §1.4).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace favorhook {

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

// The value of the first header of that name; nothing where there is none. The view lives as long
// as `headers`.
std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);
std::size_t count_headers(const Headers& headers, std::string_view name);
bool equal_ignoring_case(std::string_view a, std::string_view b);
// How many bytes at the front are neither control characters nor DEL; a tab is one.
std::size_t visible_prefix(std::string_view text);
// Whether a header's name or value can be sent without becoming another line: no CR, LF or NUL.
bool fits_on_a_line(std::string_view text);
bool fit_on_lines(const Headers& headers);

struct HttpRequest {
  std::string method;  // as received
  std::string target;  // origin form, raw: path and query
  Headers headers;
  std::string body;
  std::string peer;  // address:port, for logs
};

struct HttpAnswer {
  int status = 200;
  Headers headers;  // without Content-Length, Date, Connection: net/ adds them
  std::string body;
  bool close = false;  // the connection ends after this answer
};

// Gives the answer to a request. Called exactly once, on the executor on which the request was
// delivered.
using Respond = std::move_only_function<void(HttpAnswer)>;
using HttpHandler = std::function<void(HttpRequest, Respond)>;

// The target without its query; and the query, raw, empty where there is none.
std::string_view target_path(std::string_view target);
std::string_view target_query(std::string_view target);
// Percent-decodes; nothing where an escape is malformed. '+' stays '+' unless plus_is_space.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

}  // namespace favorhook
