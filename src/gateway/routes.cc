#include "gateway/routes.h"

#include <optional>

#include "gateway/handlers/fields_callback.h"
#include "gateway/handlers/fields_certificates.h"
#include "gateway/handlers/fields_coupon.h"
#include "gateway/handlers/fields_stock.h"

namespace favorhook::gateway {
namespace {

using apiv3::ErrorId;
using apiv3::refuse;

const Route kRoutes[] = {
    {"GET", "/v3/certificates", &get_certificates, {.query = kCertificatesRules}},
    {"POST",
     "/v3/marketing/busifavor/callbacks",
     CommandHandler{&set_callback, &callback_body},
     {.body = kSetCallbackRules}},
    {"GET", "/v3/marketing/busifavor/callbacks", &get_callback, {.query = kGetCallbackRules}},
    {"POST",
     "/v3/marketing/busifavor/stocks",
     CommandHandler{&create_stock, &stock_body},
     {.body = stock_rules(), .conditions = stock_conditions()}},
    {"GET", "/v3/marketing/busifavor/stocks/{stock_id}", &get_stock, {.path = kGetStockRules}},
    {"POST",
     "/v3/marketing/busifavor/coupons/send",
     CommandHandler{&send_coupon, &coupon_body},
     {.body = kSendCouponRules}},
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

std::string_view route_path(std::string_view target, std::string_view base_path) {
  const std::string_view path = target_path(target);
  if (!path.starts_with(base_path)) return path;
  const std::string_view rest = path.substr(base_path.size());
  return rest.starts_with('/') ? rest : path;
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
