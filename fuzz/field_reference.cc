#include "fuzz/field_reference.h"

#include <algorithm>
#include <string_view>

#include "base/check.h"

namespace favorhook::fuzz {
namespace {

namespace json = boost::json;
using apiv3::FieldRule;
using apiv3::FieldType;

// Characters of valid UTF-8: the bytes that continue none.
std::int64_t characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

void check_bounds(const FieldRule& rule, std::int64_t size) {
  if (rule.min == 0 && rule.max == 0) return;
  CHECK(size >= rule.min);
  CHECK(rule.max < rule.min || size <= rule.max);
}

void check_text(const FieldRule& rule, std::string_view text) {
  const bool bytes = rule.type == FieldType::text_bytes;
  check_bounds(rule, bytes ? std::int64_t(text.size()) : characters(text));
  if (!rule.one_of.empty()) {
    const std::string choices = "|" + std::string(rule.one_of) + "|";
    CHECK(text.find('|') == std::string_view::npos);
    CHECK(choices.find("|" + std::string(text) + "|") != std::string::npos);
  }
  // Every pattern of these calls names single characters of ASCII.
  if (!rule.pattern.empty()) {
    CHECK(std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; }));
  }
}

void check_value(const FieldRule& rule, const json::value& value) {
  switch (rule.type) {
    case FieldType::object:
      CHECK(value.is_object());
      return;
    case FieldType::boolean:
      CHECK(value.is_bool());
      return;
    case FieldType::array:
      CHECK(value.is_array());
      return check_bounds(rule, std::int64_t(value.get_array().size()));
    case FieldType::integer:
      CHECK(value.is_int64());
      return check_bounds(rule, value.get_int64());
    case FieldType::number_text:
      if (value.is_int64()) return check_text(rule, std::to_string(value.get_int64()));
      [[fallthrough]];
    case FieldType::text:
    case FieldType::text_bytes:
    case FieldType::time:
      CHECK(value.is_string());
      return check_text(rule, value.get_string());
  }
}

// Goes down the body, not the rules: `path` is where `value` stands, as rules write it.
void walk(std::span<const FieldRule> rules, const std::string& path, const json::value& value) {
  if (const auto rule = std::ranges::find(rules, path, &FieldRule::path); rule != rules.end()) {
    check_value(*rule, value);
  }
  if (const auto* items = value.if_array()) {
    for (const json::value& item : *items) walk(rules, path + "/*", item);
  }
  const json::object* members = value.if_object();
  if (members == nullptr) return;
  for (const auto& member : *members) {
    const std::string name(member.key());
    // A name with a slash or star in it is none that a path can mean.
    if (name.find_first_of("/*") == std::string::npos)
      walk(rules, path + "/" + name, member.value());
  }
  for (const FieldRule& rule : rules) {
    const auto slash = rule.path.rfind('/');
    const bool child = rule.path.substr(0, slash) == path && !rule.path.ends_with("/*");
    if (!child || rule.need != apiv3::Need::required) continue;
    CHECK(members->contains(rule.path.substr(slash + 1)));
  }
}

}  // namespace

void check_against(std::span<const FieldRule> rules, const json::object& body) {
  walk(rules, "", body);
}

}  // namespace favorhook::fuzz
