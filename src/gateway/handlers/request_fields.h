// What handlers share: a request's body, query and path parameter as one JSON object, and its
// members.
//
//   auto body = read_body(call.request, kRules);          // checked against the handler's table
//   if (!body) return refuse(body.error());
//   std::string notify_url = text_at(*body, "/notify_url");
//
// Pure functions. Errors: content_type_unsupported, body_not_json, parameter_invalid.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "apiv3/errors.h"
#include "apiv3/field_rules.h"
#include "base/http_message.h"
#include "base/result.h"

namespace favorhook::gateway {

using Fields = Result<boost::json::object, apiv3::Refusal>;
using Rules = std::span<const apiv3::FieldRule>;

// The JSON object of a POST. An empty body is read as {}, so that the refusal names the first field
// that is missing (as it is when parameters came in the query string instead).
Fields read_body(const HttpRequest& request, Rules rules);

// The query's parameters that the rules name, as text members; others are ignored. Refuses one
// given twice, and one that is not printable ASCII: no parameter of these calls can be.
Fields read_query(std::string_view target, Rules rules);

// The path parameter under the name that the one rule gives it.
Fields read_path_parameter(std::string_view raw, const apiv3::FieldRule& rule);

// The member at a JSON pointer without array steps; null where there is none.
const boost::json::value* value_at(const boost::json::object& object, std::string_view pointer);
// A checked member: empty, 0 where there is none. A number given for a text is written out.
std::string text_at(const boost::json::object& object, std::string_view pointer);
std::int64_t integer_at(const boost::json::object& object, std::string_view pointer);

// A store that cannot be read: logged here, told to nobody.
apiv3::Refusal store_refusal(const Error& error);

}  // namespace favorhook::gateway
