// From an event to the POST that carries it: plaintext sealed with the merchant's key of the
// moment, envelope, signature, headers (protocol §2.1, §2.2).
//
//   Result<SealedPost> post = seal_event(event, attempt.nonce, merchant, key, signer, now, random);
//
// Pure but for the randomness given. Errors: no APIv3 key.
#pragma once

#include <string>

#include "base/http_message.h"
#include "base/random.h"
#include "coupon/directory.h"
#include "coupon/rows.h"
#include "crypto/sign.h"

namespace favorhook::delivery {

struct SealedPost {
  Headers headers;
  std::string body;
  std::string serial;  // of the key that signed
};

Result<SealedPost> seal_event(const coupon::Event& event, const std::string& wechatpay_nonce,
                              const coupon::Merchant& merchant, const coupon::PlatformKey& key,
                              crypto::Signer& signer, WallTime now, Random& random);

}  // namespace favorhook::delivery
