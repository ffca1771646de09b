#include "admin/service.h"

#include <optional>

#include "admin/call.h"

namespace favorhook::admin {
namespace {

// What stands in the place of the pattern's "{…}", empty where it has none; nothing where the path
// is another.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const std::size_t open = pattern.find('{');
  if (open == std::string_view::npos) {
    return path == pattern ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size()) return std::nullopt;
  if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  path.remove_prefix(before.size());
  path.remove_suffix(after.size());
  return path.find('/') == std::string_view::npos ? std::optional(path) : std::nullopt;
}

}  // namespace

Service::Service(ServiceDeps deps) : deps_(std::make_shared<ServiceDeps>(std::move(deps))) {}

void Service::handle(HttpRequest request, Respond respond) {
  const std::string path(target_path(request.target));
  std::string allowed;
  for (const Route& route : routes()) {
    const auto id = match(route.path, path);
    if (!id) continue;
    if (route.method != request.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    auto decoded = percent_decode(*id);
    if (!decoded) return respond(error_answer(400, "the path is not well encoded"));
    return route.handler({deps_, std::move(request), std::move(*decoded), std::move(respond)});
  }
  if (allowed.empty()) return respond(error_answer(404, "there is no such path"));
  HttpAnswer answer = error_answer(405, "this path does not have this method");
  answer.headers.push_back({"Allow", std::move(allowed)});
  respond(std::move(answer));
}

}  // namespace favorhook::admin
