#include "apiv3/field_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "apiv3/json.h"
#include "apiv3/utf8.h"
#include "base/limits.h"
#include "base/time_text.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;

// The way along one rule's path, and what its messages need.
struct Walk {
  std::span<const FieldRule> rules;
  const FieldRule& rule;
  FieldSource source;
  std::vector<std::size_t> indices = {};  // of the array items on the way, outermost first
};

// A value that the walk has come to: `depth` is how much of the rule's path leads to it.
struct Field {
  const Walk& walk;
  std::size_t depth;
  const json::value& value;
};

// --- Messages (protocol §1.7). Those marked "by analogy" were never seen on the wire. ---

Refusal refusal(FieldSource source, std::string message, const json::value& value) {
  return parameter_refusal(std::move(message), source, to_sorted_json(value));
}

std::string input(FieldSource source, std::string_view path) {
  return fmt::format("输入源“/{}{}”", name_of(source), path);
}

// The rule's path up to `depth`, with the items' indices in place of the stars.
std::string path_of(const Walk& walk, std::size_t depth) {
  std::string out;
  auto index = walk.indices.begin();
  for (const char c : walk.rule.path.substr(0, depth)) {
    if (c == '*') {
      out += std::to_string(*index++);
    } else {
      out += c;
    }
  }
  return out;
}

std::string input(const Field& field) {
  return input(field.walk.source, path_of(field.walk, field.depth));
}

// In the order of FieldType. Integer and string are real, the others by analogy.
constexpr std::string_view kWantedTypes[] = {
    "此字段需要一个 string 类型的 Json 值", "此字段需要一个 string 类型的 Json 值",
    "此字段需要一个 string 类型的 Json 值", "此字段需要一个合法的 64 位有符号整数",
    "此字段需要一个 bool 类型的 Json 值",   "此字段需要一个 object 类型的 Json 值",
    "此字段需要一个 array 类型的 Json 值",  "此字段需要一个合法的 RFC 3339 格式的时间"};
static_assert(std::size(kWantedTypes) == static_cast<std::size_t>(FieldType::time) + 1);

Refusal wrong_type(const Field& field, std::string_view title, FieldType type) {
  return refusal(field.walk.source,
                 fmt::format("无法将 JSON {}映射到目标字段“{}”中，{}", input(field), title,
                             kWantedTypes[static_cast<std::size_t>(type)]),
                 field.value);
}

Refusal wrong_type(const Field& field) {
  return wrong_type(field, field.walk.rule.title, field.walk.rule.type);
}

Refusal wrong_text(const Field& field, std::string_view problem, const json::value& value) {
  return refusal(field.walk.source,
                 fmt::format("{}映射到值字段“{}”字符串规则校验失败，{}", input(field),
                             field.walk.rule.title, problem),
                 value);
}

// --- Checks ---

struct Bounds {
  std::int64_t min;
  std::int64_t max;
  bool has_min;
  bool has_max;
};

Bounds bounds_of(const FieldRule& rule) {
  const bool any = rule.min != 0 || rule.max != 0;
  return {rule.min, rule.max, any, any && rule.max >= rule.min};
}

// "字节数 3，小于最小值 6"; nothing where the size is within the bounds.
std::optional<std::string> size_problem(const FieldRule& rule, std::string_view what,
                                        std::int64_t size) {
  const Bounds bounds = bounds_of(rule);
  if (bounds.has_min && size < bounds.min) {
    return fmt::format("{} {}，小于最小值 {}", what, size, bounds.min);
  }
  if (bounds.has_max && size > bounds.max) {
    return fmt::format("{} {}，大于最大值 {}", what, size, bounds.max);
  }
  return std::nullopt;
}

// Whether the whole text matches. Each thread compiles each pattern once, so that no request waits
// for a lock. A pattern that does not compile is a bug, which noexcept turns into an abort.
bool matches(std::string_view pattern, std::string_view text) noexcept {
  // libstdc++'s matcher recurses for each character.
  if (text.size() > limits::kPatternTextBytesMax) return false;
  thread_local std::map<std::string, std::regex, std::less<>> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end()) {
    found = compiled.emplace(pattern, std::regex(pattern.begin(), pattern.end())).first;
  }
  return std::regex_match(text.begin(), text.end(), found->second);
}

bool is_one_of(std::string_view choices, std::string_view text) {
  while (!choices.empty()) {
    const auto bar = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, bar) == text) return true;
    choices.remove_prefix(std::min(bar + 1, choices.size()));
  }
  return false;
}

std::optional<Refusal> check_text(const Field& field, std::string_view text) {
  const FieldRule& rule = field.walk.rule;
  const bool in_bytes = rule.type == FieldType::text_bytes;
  const auto size = std::int64_t(in_bytes ? text.size() : count_characters(text));
  if (const auto problem = size_problem(rule, in_bytes ? "字节数" : "字符数", size)) {
    return wrong_text(field, *problem, size);
  }
  if (!rule.pattern.empty() && !matches(rule.pattern, text)) {
    return wrong_text(field, fmt::format("字符串必须匹配正则表达式“{}”", rule.pattern),
                      field.value);
  }
  // By analogy with the regular expression.
  if (!rule.one_of.empty() && !is_one_of(rule.one_of, text)) {
    return wrong_text(field, fmt::format("字符串必须在枚举值“{}”范围内", rule.one_of), field.value);
  }
  if (rule.type == FieldType::time && !millis_from_rfc3339(text)) return wrong_type(field);
  return std::nullopt;
}

std::optional<Refusal> check_integer(const Field& field) {
  if (!field.value.is_int64()) return wrong_type(field);
  const std::int64_t number = field.value.get_int64();
  const Bounds bounds = bounds_of(field.walk.rule);
  const bool low = bounds.has_min && number < bounds.min;
  const bool high = bounds.has_max && number > bounds.max;
  if (!low && !high) return std::nullopt;
  // "值低于最小值" is real, "值高于最大值" by analogy.
  return refusal(
      field.walk.source,
      fmt::format("{}映射到数值字段“{}”规则校验失败，值{} {}", input(field), field.walk.rule.title,
                  low ? "低于最小值" : "高于最大值", low ? bounds.min : bounds.max),
      number);
}

// By analogy with the length of texts.
std::optional<Refusal> check_array(const Field& field) {
  if (!field.value.is_array()) return wrong_type(field);
  const auto count = std::int64_t(field.value.get_array().size());
  const auto problem = size_problem(field.walk.rule, "元素个数", count);
  if (!problem) return std::nullopt;
  return refusal(field.walk.source,
                 fmt::format("{}映射到数组字段“{}”规则校验失败，{}", input(field),
                             field.walk.rule.title, *problem),
                 count);
}

std::optional<Refusal> check_value(const Field& field) {
  const json::value& value = field.value;
  bool good = false;
  switch (field.walk.rule.type) {
    case FieldType::integer:
      return check_integer(field);
    case FieldType::array:
      return check_array(field);
    case FieldType::boolean:
      good = value.is_bool();
      break;
    case FieldType::object:
      good = value.is_object();
      break;
    case FieldType::number_text:
      if (value.is_int64() && value.get_int64() >= 0) {
        return check_text(field, std::to_string(value.get_int64()));
      }
      [[fallthrough]];
    case FieldType::text:
    case FieldType::text_bytes:
    case FieldType::time:
      if (value.is_string()) return check_text(field, value.get_string());
  }
  return good ? std::nullopt : std::optional(wrong_type(field));
}

// --- The walk along a rule's path ---

// A value on the way that has the wrong type although no rule of its own refused it: handlers may
// rely on the types of all that stands above a field. The title is that of its own rule where there
// is one.
Refusal wrong_parent(const Field& field, FieldType wanted) {
  const std::string_view pattern = field.walk.rule.path.substr(0, field.depth);
  const auto own = std::ranges::find(field.walk.rules, pattern, &FieldRule::path);
  return wrong_type(field, own == field.walk.rules.end() ? field.walk.rule.title : own->title,
                    wanted);
}

std::optional<Refusal> follow(Walk& walk, std::size_t depth, const json::value& value);

std::optional<Refusal> follow_items(Walk& walk, std::size_t depth, const json::array& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    walk.indices.push_back(i);
    auto found = follow(walk, depth, items[i]);
    if (found) return found;
    walk.indices.pop_back();
  }
  return std::nullopt;
}

std::optional<Refusal> follow_member(Walk& walk, std::size_t depth, std::string_view name,
                                     const json::object& object) {
  if (const json::value* const member = object.if_contains(name)) {
    return follow(walk, depth, *member);
  }
  const bool missing = depth == walk.rule.path.size() && walk.rule.need == Need::required;
  if (!missing) return std::nullopt;
  return missing_field_refusal(path_of(walk, depth), walk.rule.title, walk.source);
}

struct Segment {
  std::string_view name;
  std::size_t end;
};

// The path's next segment, whose slash stands at `depth`.
Segment segment_at(std::string_view path, std::size_t depth) {
  const std::size_t end = std::min(path.find('/', depth + 1), path.size());
  return {path.substr(depth + 1, end - depth - 1), end};
}

std::optional<Refusal> follow(Walk& walk, std::size_t depth, const json::value& value) {
  const Field field = {walk, depth, value};
  if (depth == walk.rule.path.size()) return check_value(field);
  const auto [name, end] = segment_at(walk.rule.path, depth);
  if (name == "*") {
    if (!value.is_array()) return wrong_parent(field, FieldType::array);
    return follow_items(walk, end, value.get_array());
  }
  if (!value.is_object()) return wrong_parent(field, FieldType::object);
  return follow_member(walk, end, name, value.get_object());
}

}  // namespace

std::optional<Refusal> check_fields(std::span<const FieldRule> rules, const json::object& object,
                                    FieldSource source) {
  for (const FieldRule& rule : rules) {
    Walk walk = {rules, rule, source};
    const auto [name, end] = segment_at(rule.path, 0);
    auto found = follow_member(walk, end, name, object);
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace favorhook::apiv3
