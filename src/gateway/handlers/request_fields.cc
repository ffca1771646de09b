#include "gateway/handlers/request_fields.h"

#include <algorithm>
#include <boost/json/value.hpp>

#include "apiv3/json.h"
#include "base/log.h"

namespace favorhook::gateway {
namespace {

using apiv3::ErrorId;
using apiv3::FieldSource;
using apiv3::Refusal;
using apiv3::refuse;
using boost::json::object;

// SDKs send application/json with or without a charset; what follows the type is not looked at.
bool is_json_type(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  const auto end = type.find_last_not_of(" \t");
  return end != std::string_view::npos &&
         equal_ignoring_case(type.substr(0, end + 1), "application/json");
}

bool printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

const apiv3::FieldRule* find_rule(Rules rules, std::string_view name) {
  const auto rule = std::ranges::find_if(
      rules, [&](const apiv3::FieldRule& one) { return one.path.substr(1) == name; });
  return rule == rules.end() ? nullptr : &*rule;
}

// The wire's texts for these two are not known.
Refusal parameter_fault(const apiv3::FieldRule& rule, std::string_view what, FieldSource source) {
  const std::string_view place = source == FieldSource::query ? "query" : "uri_template";
  return apiv3::parameter_refusal(
      fmt::format("输入源“/{}{}”映射到字段“{}”{}", place, rule.path, rule.title, what), source,
      "[]");
}

Fields checked(object fields, Rules rules, FieldSource source) {
  if (auto fault = apiv3::check_fields(rules, fields, source)) return refuse(std::move(*fault));
  return fields;
}

}  // namespace

Fields read_body(const HttpRequest& request, Rules rules) {
  const auto content_type = find_header(request.headers, "Content-Type");
  if (content_type && !is_json_type(*content_type)) {
    return refuse(ErrorId::content_type_unsupported);
  }
  if (request.body.empty()) return checked({}, rules, FieldSource::body);
  auto body = apiv3::parse_object(request.body);
  if (!body) return body;
  return checked(std::move(*body), rules, FieldSource::body);
}

Fields read_query(std::string_view target, Rules rules) {
  object fields;
  std::string_view rest = target_query(target);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = pair.find('=');
    const auto name = percent_decode(pair.substr(0, equals), true);
    const apiv3::FieldRule* rule = name ? find_rule(rules, *name) : nullptr;
    if (rule == nullptr) continue;
    const auto value =
        percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    if (!value || !printable_ascii(*value)) {
      return refuse(parameter_fault(*rule, "含有不合法的字符", FieldSource::query));
    }
    if (!fields.emplace(*name, *value).second) {
      return refuse(parameter_fault(*rule, "重复", FieldSource::query));
    }
  }
  return checked(std::move(fields), rules, FieldSource::query);
}

Fields read_path_parameter(std::string_view raw, const apiv3::FieldRule& rule) {
  const auto value = percent_decode(raw);
  if (!value || !printable_ascii(*value)) {
    return refuse(parameter_fault(rule, "含有不合法的字符", FieldSource::uri_template));
  }
  return checked({{rule.path.substr(1), *value}}, Rules(&rule, 1), FieldSource::uri_template);
}

const boost::json::value* value_at(const object& fields, std::string_view pointer) {
  const object* parent = &fields;
  const boost::json::value* found = nullptr;
  while (!pointer.empty()) {
    if (parent == nullptr) return nullptr;
    pointer.remove_prefix(1);
    const std::string_view name = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(name.size());
    found = parent->if_contains(name);
    if (found == nullptr) return nullptr;
    parent = found->if_object();
  }
  return found;
}

std::string text_at(const object& fields, std::string_view pointer) {
  const boost::json::value* value = value_at(fields, pointer);
  if (value == nullptr) return {};
  if (const auto* text = value->if_string()) return std::string(*text);
  if (const auto* number = value->if_int64()) return std::to_string(*number);
  if (const auto* number = value->if_uint64()) return std::to_string(*number);
  return {};
}

std::int64_t integer_at(const object& fields, std::string_view pointer) {
  const boost::json::value* value = value_at(fields, pointer);
  const std::int64_t* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? 0 : *number;
}

Refusal store_refusal(const Error& error) {
  log_error("store_read_failed", {{"reason", error.what}});
  return Refusal{ErrorId::system_error};
}

}  // namespace favorhook::gateway
