// The rules of request fields once more, so that a bound that apiv3/field_rules.cc misses is seen:
// what a handler took is walked member by member, and each is held against the rule of its path.
//
//   check_against(route.fields.body, body);
//
// Reads the same tables, but shares no code with the check under test. Pure functions.
#pragma once

#include <boost/json/value.hpp>
#include <span>
#include <string>

#include "apiv3/field_rules.h"

namespace favorhook::fuzz {

// Every member that a rule names is within its bounds, and none that is required is missing.
void check_against(std::span<const apiv3::FieldRule> rules, const boost::json::object& body);

}  // namespace favorhook::fuzz
