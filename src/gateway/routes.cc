#include "gateway/routes.h"

#include <optional>

namespace favorhook::gateway {
namespace {

using apiv3::ErrorId;
using apiv3::refuse;

constexpr Route kRoutes[] = {
    {"GET", "/v3/certificates", &get_certificates},
    {"POST", "/v3/marketing/busifavor/callbacks", CommandHandler{&set_callback, &callback_body}},
    {"GET", "/v3/marketing/busifavor/callbacks", &get_callback},
    {"POST", "/v3/marketing/busifavor/stocks", CommandHandler{&create_stock, &stock_body}},
    {"GET", "/v3/marketing/busifavor/stocks/{stock_id}", &get_stock},
    {"POST", "/v3/marketing/busifavor/coupons/send", CommandHandler{&send_coupon, &coupon_body}},
};

// The segment that {name} stands for, empty for a pattern without one; nothing where the path is
// another.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) {
    return path == pattern ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size()) return std::nullopt;
  if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  const std::string_view segment =
      path.substr(before.size(), path.size() - before.size() - after.size());
  if (segment.find('/') != std::string_view::npos) return std::nullopt;
  return segment;
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

Result<Match, apiv3::Refusal> find_route(std::string_view method, std::string_view path) {
  bool path_known = false;
  for (const Route& route : kRoutes) {
    const auto parameter = match(route.pattern, path);
    if (!parameter) continue;
    if (route.method == method) return Match{&route, *parameter};
    path_known = true;
  }
  return refuse(path_known ? ErrorId::method_not_allowed : ErrorId::path_unknown);
}

}  // namespace favorhook::gateway
