#include <array>

#include "admin/call.h"

namespace favorhook::admin {

std::span<const Route> routes() {
  static constexpr auto kRoutes = std::to_array<Route>({
      {"GET", "/admin/v1/status", show_status},
      {"GET", "/admin/v1/merchants", list_merchants},
      {"POST", "/admin/v1/merchants", create_merchant},
      {"GET", "/admin/v1/merchants/{mchid}", show_merchant},
      {"PATCH", "/admin/v1/merchants/{mchid}", change_merchant},
      {"POST", "/admin/v1/relations", create_relation},
      {"POST", "/admin/v1/apps", create_app},
      {"POST", "/admin/v1/users", import_users},
      {"GET", "/admin/v1/platform-keys", list_platform_keys},
      {"POST", "/admin/v1/tls-certificates", issue_tls_certificate},
      {"GET", "/admin/v1/events", list_events},
      {"GET", "/admin/v1/events/{id}", show_event},
      {"POST", "/admin/v1/events/{id}/resend", resend_event},
  });
  return kRoutes;
}

}  // namespace favorhook::admin
