// The one parameter of the certificate list (protocol §1.10). Private to gateway/.
#pragma once

#include "apiv3/field_rules.h"

namespace favorhook::gateway {

inline constexpr apiv3::FieldRule kAlgorithmType = {
    "/algorithm_type", "算法类型", apiv3::FieldType::text, apiv3::Need::optional, 0, 0,
    "RSA|SM2|ALL"};
inline constexpr apiv3::FieldRule kCertificatesRules[] = {kAlgorithmType};

}  // namespace favorhook::gateway
