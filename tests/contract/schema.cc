#include "tests/contract/schema.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>
#include <regex>

#include "base/check.h"

namespace favorhook::contract {
namespace {

// What one keyword's check is given.
struct Case {
  const Contract& contract;
  const object& schema;
  const value& keyword;
  const value& instance;
};
using Check = bool (*)(const Case&);

bool valid(const Case& at, const value& schema, const value& instance) {
  return !schema_fault(at.contract, schema, instance);
}

bool is_of_type(const value& instance, std::string_view type) {
  if (type == "string") return instance.is_string();
  if (type == "integer") return instance.is_int64();
  if (type == "boolean") return instance.is_bool();
  if (type == "object") return instance.is_object();
  CHECK(type == "array");
  return instance.is_array();
}

bool check_type(const Case& at) {
  if (at.keyword.is_string()) return is_of_type(at.instance, at.keyword.get_string());
  return std::ranges::any_of(at.keyword.as_array(), [&](const value& type) {
    return is_of_type(at.instance, type.as_string());
  });
}

bool check_enum(const Case& at) {
  const array& choices = at.keyword.as_array();
  return std::ranges::find(choices, at.instance) != choices.end();
}

bool check_const(const Case& at) {
  return at.instance == at.keyword;
}

bool check_required(const Case& at) {
  if (!at.instance.is_object()) return true;
  return std::ranges::all_of(at.keyword.as_array(), [&](const value& name) {
    return at.instance.get_object().contains(name.as_string());
  });
}

bool check_properties(const Case& at) {
  if (!at.instance.is_object()) return true;
  return std::ranges::all_of(at.keyword.as_object(), [&](const auto& property) {
    const value* member = at.instance.get_object().if_contains(property.key());
    return member == nullptr || valid(at, property.value(), *member);
  });
}

bool check_additional(const Case& at) {
  CHECK(at.keyword == value(false));
  if (!at.instance.is_object()) return true;
  const object& known = at.schema.at("properties").as_object();
  return std::ranges::all_of(at.instance.get_object(),
                             [&](const auto& member) { return known.contains(member.key()); });
}

bool check_items(const Case& at) {
  if (!at.instance.is_array()) return true;
  return std::ranges::all_of(at.instance.get_array(),
                             [&](const value& item) { return valid(at, at.keyword, item); });
}

std::int64_t limit(const Case& at) {
  return at.keyword.as_int64();
}
bool check_min_items(const Case& at) {
  return !at.instance.is_array() || std::int64_t(at.instance.get_array().size()) >= limit(at);
}
bool check_max_items(const Case& at) {
  return !at.instance.is_array() || std::int64_t(at.instance.get_array().size()) <= limit(at);
}
bool check_min_length(const Case& at) {
  return !at.instance.is_string() || characters_of(at.instance.get_string()) >= limit(at);
}
bool check_max_length(const Case& at) {
  return !at.instance.is_string() || characters_of(at.instance.get_string()) <= limit(at);
}
bool check_minimum(const Case& at) {
  return !at.instance.is_int64() || at.instance.get_int64() >= limit(at);
}
bool check_maximum(const Case& at) {
  return !at.instance.is_int64() || at.instance.get_int64() <= limit(at);
}

bool check_pattern(const Case& at) {
  if (!at.instance.is_string()) return true;
  return matches(std::string(at.keyword.as_string()), std::string(at.instance.get_string()));
}

bool check_all_of(const Case& at) {
  return std::ranges::all_of(at.keyword.as_array(),
                             [&](const value& one) { return valid(at, one, at.instance); });
}
bool check_one_of(const Case& at) {
  return 1 == std::ranges::count_if(at.keyword.as_array(),
                                    [&](const value& one) { return valid(at, one, at.instance); });
}
bool check_if(const Case& at) {
  return !valid(at, at.keyword, at.instance) || valid(at, at.schema.at("then"), at.instance);
}
bool says_nothing(const Case&) {
  return true;
}

const std::map<std::string_view, Check> kKeywords = {
    {"type", &check_type},
    {"enum", &check_enum},
    {"const", &check_const},
    {"required", &check_required},
    {"properties", &check_properties},
    {"additionalProperties", &check_additional},
    {"items", &check_items},
    {"minItems", &check_min_items},
    {"maxItems", &check_max_items},
    {"minLength", &check_min_length},
    {"maxLength", &check_max_length},
    {"minimum", &check_minimum},
    {"maximum", &check_maximum},
    {"pattern", &check_pattern},
    {"allOf", &check_all_of},
    {"oneOf", &check_one_of},
    {"if", &check_if},
    {"then", &says_nothing},    // looked at by if
    {"format", &says_nothing},  // date-time, whose form its pattern says
    {"title", &says_nothing},
    {"description", &says_nothing},
    {"examples", &says_nothing},
    {"readOnly", &says_nothing},
    {"writeOnly", &says_nothing},
};

}  // namespace

std::optional<std::string> schema_fault(const Contract& contract, const value& schema,
                                        const value& instance) {
  if (schema.is_bool()) return schema.get_bool() ? std::nullopt : std::optional<std::string>("no");
  const object own = contract.resolved(schema);
  for (const auto& [name, keyword] : own) {
    if (name.starts_with("x-")) continue;
    const auto check = kKeywords.find(name);
    CHECK(check != kKeywords.end() && "a keyword of JSON Schema that is not known here");
    if (check->second({contract, own, keyword, instance})) continue;
    return std::string(name) + " of " + boost::json::serialize(instance);
  }
  return std::nullopt;
}

bool matches(const std::string& pattern, const std::string& text) {
  static std::map<std::string, std::regex> compiled;
  const auto [found, is_new] = compiled.try_emplace(pattern);
  if (is_new) found->second = std::regex(pattern);
  return std::regex_search(text, found->second);
}

std::int64_t characters_of(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

}  // namespace favorhook::contract
