#include "apiv3/parameter_refusal.h"

#include <fmt/format.h>

#include "apiv3/json.h"

namespace favorhook::apiv3 {

namespace {

// In the order of FieldSource.
constexpr std::string_view kSourceNames[] = {"body", "query", "uri_template"};

}  // namespace

std::string_view name_of(FieldSource source) {
  return kSourceNames[static_cast<std::size_t>(source)];
}

Refusal parameter_refusal(std::string message, FieldSource source, std::string_view value_json) {
  return {.id = ErrorId::parameter_invalid,
          .message = std::move(message),
          .detail = fmt::format(R"({{"location":"{}","value":{}}})", name_of(source), value_json)};
}

std::string text_value(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

Refusal missing_field_refusal(std::string_view path, std::string_view title, FieldSource source) {
  return parameter_refusal(
      fmt::format("输入源“/{}{}”映射到字段“{}”必填性规则校验失败，此字段为必填项", name_of(source),
                  path, title),
      source, "[]");
}

}  // namespace favorhook::apiv3
