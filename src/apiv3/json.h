// JSON as the wire reads and writes it: duplicate members and characters beyond three UTF-8 bytes
// refused on the way in (protocol §1.13; a null is refused by the rule of its field), compact with
// alphabetical keys and raw UTF-8 on the way out.
//
//   auto body = parse_object(request.body);
//   answer.body = to_sorted_json(value);
//
// Pure functions, any thread. Limits: kJsonDepthMax. Texts that are no UTF-8 are written with
// U+FFFD in place of the bytes that are wrong.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "apiv3/errors.h"
#include "base/result.h"

namespace favorhook::apiv3 {

// A JSON object; refuses body_not_json, or parameter_invalid where a member stands twice or a
// character has four bytes.
Result<boost::json::object, Refusal> parse_object(std::string_view text);

// Members sorted by name at every depth, no white space, no \u escapes but for control characters.
std::string to_sorted_json(const boost::json::value& value);
// Members in the order they have: notifications keep the order of declaration (protocol §2.2).
std::string to_ordered_json(const boost::json::value& value);
// The text in quotes, escaped, behind what `out` already holds.
void append_json_string(std::string& out, std::string_view text);

}  // namespace favorhook::apiv3
