#include "gateway/handlers/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "apiv3/json.h"
#include "base/check.h"
#include "base/time_text.h"

namespace favorhook::gateway {
namespace {

using apiv3::FieldSource;
using apiv3::Refusal;
using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string_view title_of(Rules rules, std::string_view path) {
  const auto rule = std::ranges::find(rules, path, &apiv3::FieldRule::path);
  CHECK(rule != rules.end());
  return rule->title;
}

bool is_empty_array(const value& given) {
  return given.is_array() && given.get_array().empty();
}

bool other_holds(const FieldCondition& condition, const object& body) {
  const value* other = value_at(body, condition.other);
  if (other == nullptr) return false;
  if (!condition.equals.empty()) return text_at(body, condition.other) == condition.equals;
  if (const auto* number = other->if_int64()) return *number != 0;
  return !is_empty_array(*other);
}

std::optional<Refusal> required_fault(const FieldCondition& condition, Rules rules,
                                      const object& body) {
  const value* given = value_at(body, condition.path);
  if (given != nullptr && !is_empty_array(*given)) return std::nullopt;
  if (!other_holds(condition, body)) return std::nullopt;
  return apiv3::missing_field_refusal(condition.path, title_of(rules, condition.path),
                                      FieldSource::body);
}

std::optional<Refusal> only_fault(const FieldCondition& condition, Rules rules,
                                  const object& body) {
  const value* given = value_at(body, condition.path);
  if (given == nullptr || other_holds(condition, body)) return std::nullopt;
  return apiv3::parameter_refusal(fmt::format("输入源“/body{}”映射到字段“{}”仅适用于{}{}",
                                              condition.path, title_of(rules, condition.path),
                                              title_of(rules, condition.other), condition.equals),
                                  FieldSource::body, apiv3::to_sorted_json(*given));
}

// Both are times or both are numbers: their rules say so.
bool is_before(const object& item, std::string_view end, std::string_view begin) {
  if (value_at(item, end)->is_string()) {
    return millis_from_rfc3339(text_at(item, end)) < millis_from_rfc3339(text_at(item, begin));
  }
  return integer_at(item, end) < integer_at(item, begin);
}

std::optional<Refusal> order_fault(const FieldCondition& condition, const object& body) {
  const auto star = condition.path.find("/*");
  CHECK(star != std::string_view::npos);
  const std::string_view path = condition.path.substr(0, star);
  const value* items = value_at(body, path);
  if (items == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < items->get_array().size(); ++i) {
    const value& item = items->get_array()[i];
    const std::string_view end = condition.path.substr(star + 2);
    const std::string_view begin = condition.other.substr(star + 2);
    if (!is_before(item.get_object(), end, begin)) continue;
    return apiv3::parameter_refusal(
        fmt::format("输入源“/body{}/{}”的结束时间不得早于开始时间", path, i), FieldSource::body,
        apiv3::to_sorted_json(item));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> conditions_fault(Conditions conditions, Rules rules, const object& body) {
  for (const FieldCondition& condition : conditions) {
    std::optional<Refusal> fault;
    switch (condition.kind) {
      case FieldCondition::Kind::required_if:
        fault = required_fault(condition, rules, body);
        break;
      case FieldCondition::Kind::only_if:
        fault = only_fault(condition, rules, body);
        break;
      case FieldCondition::Kind::not_before:
        fault = order_fault(condition, body);
        break;
    }
    if (fault) return fault;
  }
  return std::nullopt;
}

}  // namespace favorhook::gateway
