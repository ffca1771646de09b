#include "tests/contract/judge.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <map>
#include <regex>

#include "base/check.h"
#include "tests/contract/schema.h"

namespace favorhook::contract {
namespace {

Verdict wrong_type(std::string_view wanted, const value& given) {
  return {.form = "type", .unit = std::string(wanted), .shown = given};
}

// What a size is counted in, a key of x-parameter-words, and the keywords of its limits.
struct Unit {
  const char* name;
  const char* min;
  const char* max;
};
constexpr Unit kCharacters = {"characters", "minLength", "maxLength"};
constexpr Unit kBytes = {"bytes", "x-min-bytes", "x-max-bytes"};
constexpr Unit kItems = {"items", "minItems", "maxItems"};

Verdict size_verdict(const object& schema, const Unit& unit, std::int64_t size) {
  const bool items = unit.min == kItems.min;
  const auto min = number_of(schema, unit.min);
  const auto max = number_of(schema, unit.max);
  const auto broken = [&](const char* form, std::int64_t limit) {
    return Verdict{.form = form, .limit = std::to_string(limit), .unit = unit.name, .shown = size};
  };
  if (min && size < *min) return broken(items ? "too_few" : "too_short", *min);
  if (max && size > *max) return broken(items ? "too_many" : "too_long", *max);
  return {};
}

// §1.13: seconds or milliseconds, Z or an offset, and a day and a time that there are. Milliseconds
// since 1970, nothing where it is no such text.
std::optional<std::int64_t> instant_of(const std::string& text) {
  static const std::regex kForm(
      R"((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{3})?(Z|[+\-](\d\d):(\d\d)))");
  std::smatch parts;
  if (!std::regex_match(text, parts, kForm)) return std::nullopt;
  const auto number = [&](std::size_t i) { return parts[i].matched ? std::stol(parts[i]) : 0; };
  const std::chrono::year_month_day day{std::chrono::year(int(number(1))),
                                        std::chrono::month(unsigned(number(2))),
                                        std::chrono::day(unsigned(number(3)))};
  const bool good = day.ok() && number(4) < 24 && number(5) < 60 && number(6) < 60 &&
                    number(9) < 24 && number(10) < 60;
  if (!good) return std::nullopt;
  const std::string fraction = parts[7].matched ? parts[7].str().substr(1) : "0";
  const auto offset = (number(9) * 60 + number(10)) * (parts[8].str()[0] == '-' ? -1 : 1);
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  const auto minutes = (days * 24 + number(4)) * 60 + number(5) - offset;
  return (minutes * 60 + number(6)) * 1000 + std::stol(fraction);
}

bool visible_ascii(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

// What the value is refused for although its form is right.
Verdict judge_meaning(const Field& field, const std::string& text, std::string_view known) {
  const object& schema = field.schema;
  if (schema.contains("x-faults")) {
    for (const value& each : schema.at("x-faults").as_array()) {
      const object& fault = each.as_object();
      if (text_of(fault, "example") != text) continue;
      return {.form = "fault",
              .limit = text_of(fault, "message"),
              .shown = value(text),
              .whole = flag_of(fault, "x-whole")};
    }
  }
  if (schema.contains("x-visible-ascii") && !visible_ascii(text)) {
    return {.form = "fault", .limit = text_of(schema, "x-visible-ascii"), .shown = value(text)};
  }
  if (schema.contains("x-answers") && schema.at("x-answers").as_object().contains(text)) {
    return with_error(text_of(schema.at("x-answers").as_object(), text));
  }
  if (!schema.contains("x-refers-to")) return {};
  const object& refers = schema.at("x-refers-to").as_object();
  static const std::regex kUser("[0-9A-Za-z_\\-]{6,64}");
  const bool is_user = text_of(refers, "entity") == "user";
  const bool is_there = is_user ? std::regex_match(text, kUser) : text == known;
  return is_there ? Verdict{} : with_error(text_of(refers, "otherwise"));
}

Verdict judge_text(const object& schema, const std::string& text, const value& given) {
  const bool in_bytes = schema.contains(kBytes.min) || schema.contains(kBytes.max);
  Verdict size = in_bytes ? size_verdict(schema, kBytes, std::int64_t(text.size()))
                          : size_verdict(schema, kCharacters, characters_of(text));
  if (!size.taken()) return size;
  if (has_type(schema, "time") && !instant_of(text)) return wrong_type("time", given);
  if (has_type(schema, "time")) return {};
  const std::string pattern = text_of(schema, "pattern");
  if (!pattern.empty() && !matches(pattern, text)) {
    return {.form = "pattern", .limit = pattern, .shown = given};
  }
  if (schema.contains("enum") && std::ranges::find(schema.at("enum").as_array(), value(text)) ==
                                     schema.at("enum").as_array().end()) {
    return {.form = "enum", .limit = joined_enum(schema), .shown = given};
  }
  return {};
}

Verdict judge_integer(const object& schema, const value& given) {
  if (!given.is_int64()) return wrong_type("integer", given);
  const auto min = number_of(schema, "minimum");
  const auto max = number_of(schema, "maximum");
  if (min && given.get_int64() < *min) {
    return {.form = "below", .limit = std::to_string(*min), .shown = given};
  }
  if (max && given.get_int64() > *max) {
    return {.form = "above", .limit = std::to_string(*max), .shown = given};
  }
  return {};
}

value sorted(const value& any) {
  if (any.is_array()) {
    array items;
    for (const value& item : any.get_array()) items.push_back(sorted(item));
    return items;
  }
  if (!any.is_object()) return any;
  std::map<std::string, value> members;
  for (const auto& [name, member] : any.get_object()) members.emplace(name, sorted(member));
  object out;
  for (auto& [name, member] : members) out.emplace(name, std::move(member));
  return out;
}

Verdict judge_form(const object& schema, const value& given) {
  if (has_type(schema, "string")) {
    if (given.is_string()) return judge_text(schema, std::string(given.get_string()), given);
    const bool digits = has_type(schema, "integer") && given.is_int64() && given.get_int64() >= 0;
    if (digits) return judge_text(schema, std::to_string(given.get_int64()), given);
    return wrong_type(has_type(schema, "time") ? "time" : "string", given);
  }
  if (has_type(schema, "integer")) return judge_integer(schema, given);
  if (has_type(schema, "boolean"))
    return given.is_bool() ? Verdict{} : wrong_type("boolean", given);
  if (has_type(schema, "object")) {
    return given.is_object() ? Verdict{} : wrong_type("object", given);
  }
  if (!given.is_array()) return wrong_type("array", given);
  return size_verdict(schema, kItems, std::int64_t(given.get_array().size()));
}

// --- A whole body ---

// A place that a field's path leads to in a body; `at` is null where the member is not there.
struct Place {
  std::string pointer;
  const value* at;
  const value* parent;
};

std::vector<Place> places(const value& body, const std::string& path) {
  std::vector<Place> found = {{"", &body, nullptr}};
  for (std::size_t from = 1; from <= path.size();) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    const std::string name = path.substr(from, end - from);
    std::vector<Place> next;
    for (const Place& place : found) {
      if (place.at == nullptr) continue;
      if (name == "*") {
        const array& items = place.at->as_array();
        for (std::size_t i = 0; i < items.size(); ++i) {
          next.push_back({place.pointer + "/" + std::to_string(i), &items[i], place.at});
        }
      } else {
        next.push_back(
            {place.pointer + "/" + name, place.at->as_object().if_contains(name), place.at});
      }
    }
    found = std::move(next);
    from = end + 1;
  }
  return found;
}

Finding find(const Field& field, const std::string& pointer, Verdict verdict) {
  return {field, "/" + field.location + pointer, std::move(verdict)};
}

std::optional<Finding> form_fault(const Operation& operation, const value& body) {
  for (const Field& field : operation.fields) {
    if (field.location != "body") continue;
    for (const Place& place : places(body, field.path)) {
      if (place.at == nullptr && !field.required) continue;
      Verdict verdict = place.at == nullptr ? missing() : judge_form(field.schema, *place.at);
      if (!verdict.taken()) return find(field, place.pointer, std::move(verdict));
    }
  }
  return std::nullopt;
}

bool is_something(const value& given) {
  if (given.is_int64()) return given.get_int64() != 0;
  return !given.is_array() || !given.get_array().empty();
}

bool holds(const object& condition, const value& body) {
  for (const Place& place : places(body, text_of(condition, "field"))) {
    if (place.at == nullptr) return false;
    const value* equals = condition.if_contains("equals");
    return equals != nullptr ? *place.at == *equals : is_something(*place.at);
  }
  return false;
}

const Field& field_at(const Operation& operation, std::string_view path) {
  const auto found = std::ranges::find(operation.fields, path, &Field::path);
  CHECK(found != operation.fields.end());
  return *found;
}

bool ends_before(const value& item, const std::string& begin, const std::string& end) {
  const value& from = item.at(begin);
  const value& to = item.at(end);
  if (from.is_int64()) return to.get_int64() < from.get_int64();
  return instant_of(std::string(to.as_string())) < instant_of(std::string(from.as_string()));
}

std::optional<Finding> order_fault(const Field& field, const value& body) {
  const std::string begin = text_of(field.schema, "x-not-before");
  const auto slash = field.path.rfind('/');
  for (const Place& place : places(body, field.path.substr(0, slash))) {
    if (!ends_before(*place.at, begin, field.path.substr(slash + 1))) continue;
    return find(field, place.pointer, with_form("not_before", *place.at));
  }
  return std::nullopt;
}

std::optional<Finding> condition_fault(const Operation& operation, const value& body) {
  for (const Field& field : operation.fields) {
    const object& schema = field.schema;
    if (schema.contains("x-not-before")) {
      if (auto fault = order_fault(field, body)) return fault;
    }
    if (!schema.contains("x-required-if") && !schema.contains("x-only-if")) continue;
    const std::vector<Place> found = places(body, field.path);
    const bool there = !found.empty() && found.front().at != nullptr;
    if (schema.contains("x-required-if") && holds(schema.at("x-required-if").as_object(), body) &&
        !(there && is_something(*found.front().at))) {
      return find(field, field.path, missing());
    }
    if (!there || !schema.contains("x-only-if")) continue;
    const object& only = schema.at("x-only-if").as_object();
    if (holds(only, body)) continue;
    const Field& other = field_at(operation, text_of(only, "field"));
    Verdict verdict = with_form("only_if", *found.front().at);
    verdict.limit = text_of(other.schema, "title") + text_of(only, "equals");
    return find(field, field.path, std::move(verdict));
  }
  return std::nullopt;
}

std::string as_text(const value& given) {
  return given.is_string() ? std::string(given.get_string()) : boost::json::serialize(given);
}

Verdict meaning(const Field& field, const value& given, const Known& known) {
  const auto there = known.find(field.path);
  return judge_meaning(field, as_text(given), there == known.end() ? "" : there->second);
}

}  // namespace

Finding judge_body(const Operation& operation, const value& body, const Known& known) {
  if (auto fault = form_fault(operation, body)) return *fault;
  if (auto fault = condition_fault(operation, body)) return *fault;
  for (const Field& field : operation.fields) {
    if (field.location != "body" || !has_type(field.schema, "string")) continue;
    for (const Place& place : places(body, field.path)) {
      if (place.at == nullptr) continue;
      Verdict verdict = meaning(field, *place.at, known);
      if (!verdict.taken()) return find(field, place.pointer, std::move(verdict));
    }
  }
  return {};
}

Finding judge_parameter(const Field& field, const std::optional<std::string>& given,
                        const Known& known) {
  if (!given) return field.required ? find(field, field.path, missing()) : Finding{};
  Verdict verdict = judge_form(field.schema, value(*given));
  if (verdict.taken()) verdict = meaning(field, value(*given), known);
  return find(field, field.path, std::move(verdict));
}

Verdict missing() {
  return with_form("missing");
}

Verdict with_error(std::string_view id) {
  return {.error = std::string(id)};
}

Verdict with_form(std::string_view form, value shown) {
  return {.form = std::string(form), .shown = std::move(shown)};
}

std::string filled_in(std::string text, const std::string& name, const std::string& by) {
  const auto at = text.find("{" + name + "}");
  if (at != std::string::npos) text.replace(at, name.size() + 2, by);
  return text;
}

std::string refusal_body(const Contract& contract, const Finding& finding) {
  const auto& [field, source, verdict] = finding;
  if (!verdict.error.empty()) return error_body(contract, verdict.error);
  const object& form = contract.root().at("x-parameter-errors").at(verdict.form).as_object();
  const object& words = contract.root().at("x-parameter-words").as_object();
  std::string message = verdict.whole ? verdict.limit : text_of(form, "message");
  message = filled_in(message, "source", source);
  message = filled_in(message, "title", text_of(field.schema, "title"));
  message = filled_in(message, "unit", text_of(words, verdict.unit));
  message = filled_in(message, "wanted", text_of(words, verdict.unit));
  message = filled_in(message, "size", boost::json::serialize(verdict.shown));
  message = filled_in(message, "limit", verdict.limit);
  return sorted_json(object{{"code", "PARAM_ERROR"},
                            {"detail", {{"location", field.location}, {"value", verdict.shown}}},
                            {"message", message}});
}

std::string error_body(const Contract& contract, std::string_view id) {
  const value& body = contract.error(id).body;
  return body.is_string() ? std::string(body.get_string()) : sorted_json(body);
}

std::string sorted_json(const value& any) {
  return boost::json::serialize(sorted(any));
}

}  // namespace favorhook::contract
