// An answer as the real gateway writes it (protocol §1.8, §1.9): headers, Request-ID, signature.
//
//   HttpAnswer answer = success_answer(body, now, random);       // or refusal_answer(refusal, …)
//   const auto key = named_key(directory, request.headers, now);
//   sign_answer(answer, **key, signers.get(**key), now, random);
//
// Pure functions but for the randomness given. Thread safety: that of the signer.
#pragma once

#include <string>

#include "apiv3/errors.h"
#include "base/clocks.h"
#include "base/http_message.h"
#include "base/random.h"
#include "coupon/directory.h"
#include "crypto/sign.h"

namespace favorhook::gateway {

// 200, or 204 where there is no body.
HttpAnswer success_answer(std::string body, WallTime now, Random& random);
HttpAnswer refusal_answer(const apiv3::Refusal& refusal, apiv3::Wire wire, WallTime now,
                          Random& random);

// The platform key that the request's Wechatpay-Serial names; null where it names none (absent or
// empty). Refuses a serial that is no key in force.
Result<const coupon::PlatformKey*, apiv3::Refusal> named_key(const coupon::Directory& directory,
                                                             const Headers& headers, WallTime now);

// Adds the five Wechatpay-* headers.
void sign_answer(HttpAnswer& answer, const coupon::PlatformKey& key, crypto::Signer& signer,
                 WallTime now, Random& random);

}  // namespace favorhook::gateway
