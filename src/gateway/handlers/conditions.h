// Conditions between the fields of a body, which rules for one field cannot say (protocol §3.1), as
// a table, and the check of a body against it.
//
//   constexpr FieldCondition kConditions[] = {
//       {FieldCondition::Kind::required_if, "/a/end", "/a/kind", "BOTH"},
//   };
//   if (auto fault = conditions_fault(kConditions, kRules, *body)) return refuse(*fault);
//
// Pure functions. The body is one that the rules have let pass. Errors: PARAM_ERROR in the forms of
// protocol §1.7; the wire's own texts for only_if and not_before are not known.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "apiv3/errors.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {

struct FieldCondition {
  enum class Kind {
    required_if,  // the field must be there, and not be an empty array, where the other holds
    only_if,      // the field must not be there where the other does not hold
    not_before,   // the field is an end, the other its beginning; both in each item of one array
  };
  Kind kind;
  std::string_view path;
  std::string_view other;
  // The text that the other must be to hold; empty: it holds where it is there and is neither 0 nor
  // empty.
  std::string_view equals = {};
};
using Conditions = std::span<const FieldCondition>;

// The first condition, in table order, that the body breaks. `rules` give the titles.
std::optional<apiv3::Refusal> conditions_fault(Conditions conditions, Rules rules,
                                               const boost::json::object& body);

}  // namespace favorhook::gateway
