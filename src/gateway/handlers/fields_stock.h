// The fields of a stock (protocol §3.1, §3.2) and the conditions between them that no table can
// say.
//
//   auto body = read_body(call.request, stock_rules());
//   if (auto fault = stock_conditions_fault(*body)) return refuse(*fault);
//
// Titles are WeChat Pay's names of the fields. Pure functions.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "apiv3/field_rules.h"

namespace favorhook::gateway {

// Of numbers that a merchant gives to its requests (protocol §3.10: 数字、大小写字母及｜_*-).
inline constexpr std::string_view kRequestNoPattern = R"(^[0-9a-zA-Z_\-\|\*]{1,}$)";
// Of a merchant's own coupon codes (protocol §3.6).
inline constexpr std::string_view kCouponCodePattern = R"(^[0-9a-zA-Z_\-\\/=\|]{1,}$)";

std::span<const apiv3::FieldRule> stock_rules();

// For a body that the table has let pass.
std::optional<apiv3::Refusal> stock_conditions_fault(const boost::json::object& body);

}  // namespace favorhook::gateway
