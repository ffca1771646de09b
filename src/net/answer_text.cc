#include "net/answer_text.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <ctime>

#include "base/check.h"
#include "base/log.h"

namespace favorhook::net {
namespace {

// A client that reuses a connection at the last moment should meet it still open.
constexpr Millis kIdleMargin{5'000};

// RFC 9110 §5.6.7; made once a second and thread.
const std::string& date_text() {
  thread_local std::time_t made_for = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == made_for) return text;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char buffer[40];
  text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
  made_for = now;
  return text;
}

bool is_content_type(const Header& header) {
  return equal_ignoring_case(header.name, "Content-Type");
}

void append_header(std::string& text, const Header& header) {
  text.append(header.name).append(": ").append(header.value).append("\r\n");
}

}  // namespace

std::string answer_text(const HttpAnswer& answer, const AnswerFrame& frame) {
  CHECK(answer.status >= 200 && answer.status <= 599);
  if (!fit_on_lines(answer.headers)) {
    log_error("answer_header_with_line_break", {{"status", answer.status}});
    return answer_text({.status = 500, .headers = {}, .body = {}}, frame);
  }
  std::string text;
  text.reserve(512 + answer.body.size());
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(answer.status));
  text.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ");
  text.append(reason.data(), reason.size());
  text.append("\r\nServer: favorhook\r\nDate: ").append(date_text()).append("\r\n");
  // The order of real answers (protocol §1.9): the type before the length.
  for (const Header& header : answer.headers) {
    if (is_content_type(header)) append_header(text, header);
  }
  const bool has_body = answer.status != 204 && answer.status != 304;
  if (has_body) append_header(text, {"Content-Length", std::to_string(answer.body.size())});
  if (frame.keep_alive) {
    const auto idle = std::chrono::duration_cast<std::chrono::seconds>(
        std::max(frame.idle - kIdleMargin, Millis(1'000)));
    text.append("Connection: keep-alive\r\nKeep-Alive: timeout=");
    text.append(std::to_string(idle.count())).append("\r\n");
  } else {
    text += "Connection: close\r\n";
  }
  for (const Header& header : answer.headers) {
    if (!is_content_type(header)) append_header(text, header);
  }
  text += "\r\n";
  if (has_body && !frame.without_body) text += answer.body;
  return text;
}

}  // namespace favorhook::net
