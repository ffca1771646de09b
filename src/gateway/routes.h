// The table of endpoints: which handler a method and a path lead to.
//
//   Result<Match, Refusal> match = find_route("GET", route_path(request.target, base_path));
//
// Pure functions. Errors: path_unknown, method_not_allowed; neither needs authentication (protocol
// §1.6).
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "apiv3/errors.h"
#include "base/result.h"
#include "gateway/handlers/conditions.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {

// A call that only reads: its answer's body at once.
using ReadHandler = Body (*)(const Call&, const Services&);

// A call that changes something: its body to a command, the command's outcome to an answer's body.
struct CommandHandler {
  CommandOrRefusal (*command)(const Call&, const Services&);
  std::string (*body)(const coupon::Outcome&, const GatewayOptions&);
};

// What a call's parameters and body must be. The handler checks them; here they stand so that
// api/openapi.yaml can be held against them.
struct RequestFields {
  Rules path = {};
  Rules query = {};
  Rules body = {};
  Conditions conditions = {};  // between the body's fields
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // at most one {name}, which stands for one segment
  std::variant<ReadHandler, CommandHandler> handler;
  RequestFields fields = {};
};

struct Match {
  const Route* route;
  std::string_view parameter;  // what {name} stands for, raw; a part of the path given
};

std::span<const Route> routes();
// The target's path without the configured prefix, where it has it. The prefix is a part of what
// the client signed, so nothing but the choice of the route may lose it.
std::string_view route_path(std::string_view target, std::string_view base_path);
Result<Match, apiv3::Refusal> find_route(std::string_view method, std::string_view path);

}  // namespace favorhook::gateway
