// JSON as the wire reads and writes it: duplicate members, nulls and characters beyond three UTF-8
// bytes refused on the way in (protocol §1.13), compact with alphabetical keys and raw UTF-8 on the
// way out.
//
// Pure functions, any thread. Limits: kJsonDepthMax.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "apiv3/errors.h"
#include "base/result.h"

namespace favorhook::apiv3 {

// A JSON object; refuses body_not_json, or parameter_invalid where a member stands twice.
Result<boost::json::object, Refusal> parse_object(std::string_view text);

// Members sorted by name at every depth, no white space, no \u escapes but for control characters.
std::string to_sorted_json(const boost::json::value& value);
// Members in the order they have: notifications keep the order of declaration (protocol §2.2).
std::string to_ordered_json(const boost::json::value& value);

}  // namespace favorhook::apiv3
