// Rules of request fields as a table, and the check of a request against it with the real gateway's
// messages (protocol §1.7).
//
//   constexpr FieldRule kRules[] = {
//       {"/mchid", "商户号", FieldType::number_text, Need::optional, 8, 15},
//       {"/notify_url", "通知URL地址", FieldType::text, Need::required, 10, 256},
//   };
//   if (auto refusal = check_fields(kRules, body, FieldSource::body)) return refuse(*refusal);
//
// A path is a JSON pointer in which * stands for each item of an array. A field below an absent
// optional object is not required. Null is a wrong type. Unknown members are left alone (protocol
// §9.3 is unconfirmed: SDKs send none). Where a check finds nothing, every field has its rule's
// type and so has all that stands above it. Pure functions, any thread; each thread compiles each
// pattern once.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "apiv3/parameter_refusal.h"

namespace favorhook::apiv3 {

enum class FieldType {
  text,         // min..max in characters
  text_bytes,   // min..max in bytes
  number_text,  // a string of min..max characters; a JSON number of that many digits is taken too
                // (mchid: a real tool sends it)
  integer,      // 64-bit, min..max by value
  boolean,
  object,
  array,  // min..max items
  time,   // RFC 3339, §1.13
};
enum class Need { required, optional };

struct FieldRule {
  std::string_view path;
  std::string_view title;  // WeChat Pay's name of the field, part of the message
  FieldType type;
  Need need;
  std::int64_t min = 0;
  std::int64_t max = 0;  // with min: no bound where both are 0, no upper one where max < min
  std::string_view one_of = {};   // allowed values, separated by '|'
  std::string_view pattern = {};  // a regular expression as the message shows it; matched as
                                  // std::regex ECMAScript, whole text
};

// The first rule, in table order, that the object breaks.
std::optional<Refusal> check_fields(std::span<const FieldRule> rules,
                                    const boost::json::object& object, FieldSource source);

}  // namespace favorhook::apiv3
