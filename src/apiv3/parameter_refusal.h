// PARAM_ERROR for rules that no table of fields can say (protocol §1.7): what a decision of the
// business refuses with, without knowing JSON.
//
//   return refuse(parameter_refusal("券可用结束时间…", FieldSource::body, text_value(time)));
//
// Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "apiv3/errors.h"

namespace favorhook::apiv3 {

enum class FieldSource { body, query, uri_template };

// As messages and details name it: body, query, uri_template.
std::string_view name_of(FieldSource source);

// `message` as it goes out, `value_json` the offending value as compact JSON.
Refusal parameter_refusal(std::string message, FieldSource source, std::string_view value_json);
// A text as compact JSON.
std::string text_value(std::string_view text);

// "输入源“/body/x”映射到字段“title”必填性规则校验失败，此字段为必填项", for conditions between
// fields.
Refusal missing_field_refusal(std::string_view path, std::string_view title, FieldSource source);

}  // namespace favorhook::apiv3
