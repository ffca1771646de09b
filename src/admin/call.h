// One call of the operator's API on its way through a handler, the routes to the handlers, and the
// forms of answers. Private to admin/.
//
//   void show_merchant(Call call) { call.respond(json_answer(200, view)); }
//
// A handler answers once, now or after a commit. Thread safety: the service's executor.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "admin/service.h"

namespace favorhook::admin {

struct Call {
  std::shared_ptr<ServiceDeps> deps;  // kept alive until the answer is out
  HttpRequest request;
  std::string id;  // decoded, where the route's path has a "{…}"
  Respond respond;
};

using Handler = void (*)(Call call);

struct Route {
  std::string_view method;
  std::string_view path;  // as api/admin.yaml has it; at most one "{…}"
  Handler handler;
};

std::span<const Route> routes();

HttpAnswer json_answer(int status, const boost::json::value& body);
HttpAnswer error_answer(int status, std::string_view why);  // {"error": why}

// The handlers, by resource.
void show_status(Call call);
void create_merchant(Call call);
void list_merchants(Call call);
void show_merchant(Call call);
void change_merchant(Call call);
void create_relation(Call call);
void create_app(Call call);
void import_users(Call call);
void list_platform_keys(Call call);
void issue_tls_certificate(Call call);
void list_events(Call call);
void show_event(Call call);
void resend_event(Call call);

}  // namespace favorhook::admin
