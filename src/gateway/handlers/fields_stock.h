// The fields of a stock (protocol §3.1, §3.2) and the conditions between them.
//
//   auto body = read_body(call.request, stock_rules());
//   auto fault = conditions_fault(stock_conditions(), stock_rules(), *body);
//
// Titles are WeChat Pay's names of the fields. Pure functions.
#pragma once

#include <string_view>

#include "apiv3/field_rules.h"
#include "gateway/handlers/conditions.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {

// Of a merchant's own coupon codes (protocol §3.6).
inline constexpr std::string_view kCouponCodePattern = R"(^[0-9a-zA-Z_\-\\/=\|]{1,}$)";

inline constexpr apiv3::FieldRule kStockIdRule = {
    "/stock_id", "批次号", apiv3::FieldType::text, apiv3::Need::required, 1, 20};
// The number that a merchant gives to its request (protocol §3.10: 数字、大小写字母及｜_*-).
inline constexpr apiv3::FieldRule kRequestNoRule = {"/out_request_no",
                                                    "商户请求单号",
                                                    apiv3::FieldType::text,
                                                    apiv3::Need::required,
                                                    1,
                                                    128,
                                                    {},
                                                    R"(^[0-9a-zA-Z_\-\|\*]{1,}$)"};
inline constexpr apiv3::FieldRule kGetStockRules[] = {kStockIdRule};

Rules stock_rules();
Conditions stock_conditions();

}  // namespace favorhook::gateway
