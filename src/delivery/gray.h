// Which kind of the platform's keys signs an attempt: that of the merchant's mode or, while a
// merchant moves from certificate to public key, a share by the public key (protocol §1.11).
//
//   const SigningMode mode = signing_mode(merchant, attempt.nonce);
//
// The choice follows from the attempt's nonce alone, which is in its durable intent: the same after
// a crash, provable from the ledger, and another one for the next attempt, so that a receiver
// without the public key gets its notification by a retry. docs/adr/0009 weighs it. Pure.
#pragma once

#include <string_view>

#include "coupon/directory.h"

namespace favorhook::delivery {

coupon::SigningMode signing_mode(const coupon::Merchant& merchant, std::string_view nonce);

}  // namespace favorhook::delivery
