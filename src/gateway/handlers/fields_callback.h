// The fields of the callback calls (protocol §3.9), shared by setting and asking. Private to
// handlers/.
#pragma once

#include <string>

#include "apiv3/field_rules.h"
#include "base/limits.h"

namespace favorhook::gateway {

inline constexpr std::string_view kNotifyUrlPath = "/notify_url";
inline constexpr std::string_view kNotifyUrlTitle = "通知URL地址";

// The one field that is taken as a JSON number too: a command-line tool of a real SDK sends it so.
inline constexpr apiv3::FieldRule kMchIdRule = {
    "/mchid",          "商户号",         apiv3::FieldType::number_text, apiv3::Need::optional,
    limits::kMchIdMin, limits::kMchIdMax};

inline constexpr apiv3::FieldRule kSetCallbackRules[] = {
    kMchIdRule,
    {kNotifyUrlPath, kNotifyUrlTitle, apiv3::FieldType::text, apiv3::Need::required,
     limits::kNotifyUrlMin, limits::kNotifyUrlMax},
};
inline constexpr apiv3::FieldRule kGetCallbackRules[] = {kMchIdRule};

}  // namespace favorhook::gateway
