// The fields of the calls on coupons (protocol §3.11). Private to gateway/.
#pragma once

#include "apiv3/field_rules.h"
#include "gateway/handlers/fields_stock.h"

namespace favorhook::gateway {

inline constexpr apiv3::FieldRule kSendCouponRules[] = {
    {"/openid", "用户openid", apiv3::FieldType::text, apiv3::Need::required, 1, 128},
    {"/appid", "公众账号ID", apiv3::FieldType::text, apiv3::Need::required, 1, 32},
    kStockIdRule,
    kRequestNoRule,
    {"/coupon_code",
     "券code",
     apiv3::FieldType::text,
     apiv3::Need::optional,
     1,
     32,
     {},
     kCouponCodePattern},
};

}  // namespace favorhook::gateway
