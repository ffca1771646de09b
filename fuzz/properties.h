// What more than one target demands. A property that does not hold stops the process (CHECK), which
// is what a fuzzer looks for.
//
//   if (!command) return check_refusal(command.error());
//
// Reads JSON with Boost's own parser, strict about UTF-8, and not with the code under test. Pure
// functions.
#pragma once

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

#include "apiv3/errors.h"
#include "apiv3/json.h"
#include "base/check.h"

namespace favorhook::fuzz {

// How deep the brackets lie in each other.
inline std::size_t depth_of(const boost::json::value& value) {
  std::size_t deepest = 0;
  if (const auto* items = value.if_array()) {
    for (const auto& item : *items) deepest = std::max(deepest, depth_of(item));
  } else if (const auto* members = value.if_object()) {
    for (const auto& member : *members) deepest = std::max(deepest, depth_of(member.value()));
  } else {
    return 0;
  }
  return deepest + 1;
}

// Whether a number in it is no integer. Boost 1.81 does not always read a double back as it was
// written, so what holds one is not held to be stable.
inline bool has_real(const boost::json::value& value) {
  if (const auto* items = value.if_array()) return std::ranges::any_of(*items, has_real);
  if (const auto* members = value.if_object()) {
    return std::ranges::any_of(*members,
                               [](const auto& member) { return has_real(member.value()); });
  }
  return value.is_double();
}

// JSON in valid UTF-8 that reads and writes to itself: with sorted members, or in the order given.
inline boost::json::value check_json(
    std::string_view text,
    std::string (*write)(const boost::json::value&) = &apiv3::to_sorted_json) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  CHECK(!error);
  CHECK(has_real(value) || write(value) == text);
  return value;
}

// A refusal's body on both wires: the documented shape, or empty where the table says so.
inline void check_refusal(const apiv3::Refusal& refusal) {
  const apiv3::ErrorRow& row = apiv3::error_row(refusal.id);
  for (const apiv3::Wire wire : {apiv3::Wire::documented, apiv3::Wire::live}) {
    const std::string body = apiv3::error_body(refusal, wire);
    CHECK(body.empty() == row.code.empty());
    if (body.empty()) continue;
    const boost::json::value value = check_json(body);
    CHECK(value.is_object());
    CHECK(value.at("code").is_string() && !value.at("code").get_string().empty());
    CHECK(value.at("message").is_string() && !value.at("message").get_string().empty());
    CHECK(value.get_object().size() == (refusal.detail.empty() ? 2U : 3U));
  }
}

}  // namespace favorhook::fuzz
