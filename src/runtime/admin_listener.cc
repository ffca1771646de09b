#include "runtime/admin_listener.h"

#include <optional>

#include "crypto/digest.h"
#include "runtime/metrics_text.h"

namespace favorhook::runtime {
namespace {

constexpr std::string_view kBearer = "Bearer ";

HttpAnswer text_answer(int status, std::string_view text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(text)};
}

HttpAnswer json_error(int status, std::string_view text) {
  return {status, {{"Content-Type", "application/json"}}, fmt::format(R"({{"error":"{}"}})", text)};
}

bool is_probe(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path == "/metrics";
}

}  // namespace

void AdminListener::handle(HttpRequest request, Respond respond) {
  const std::string_view path = target_path(request.target);
  if (is_probe(path)) {
    if (request.method == "GET") return respond(probe_answer(path));
    HttpAnswer answer = json_error(405, "this path does not have this method");
    answer.headers.push_back({"Allow", "GET"});
    return respond(std::move(answer));
  }
  if (!path.starts_with("/admin/v1/")) return respond(json_error(404, "there is no such path"));
  if (!authorized(request)) {
    HttpAnswer answer =
        json_error(401, "the bearer token of the data directory is missing or wrong");
    answer.headers.push_back({"WWW-Authenticate", "Bearer"});
    return respond(std::move(answer));
  }
  deps_.service.handle(std::move(request), std::move(respond));
}

HttpAnswer AdminListener::probe_answer(std::string_view path) {
  if (path == "/healthz") return text_answer(200, "ok\n");
  if (path == "/metrics") return metrics_answer();
  const bool ready = ready_.load(std::memory_order_relaxed);
  return ready ? text_answer(200, "ready\n") : text_answer(503, "not ready\n");
}

HttpAnswer AdminListener::metrics_answer() {
  auto events = deps_.reader->event_counts();
  if (!events) return text_answer(503, events.error().what + "\n");
  HttpAnswer answer;
  answer.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
  answer.body = metrics_text(deps_.metrics, {.events = std::move(*events),
                                             .merchants = deps_.directory.get()->merchant_count(),
                                             .commands_waiting = deps_.queue.waiting()});
  return answer;
}

bool AdminListener::authorized(const HttpRequest& request) const {
  const auto value = find_header(request.headers, "Authorization");
  if (!value || value->size() < kBearer.size()) return false;
  if (!equal_ignoring_case(value->substr(0, kBearer.size()), kBearer)) return false;
  return crypto::equal_constant_time(value->substr(kBearer.size()), deps_.token);
}

}  // namespace favorhook::runtime
