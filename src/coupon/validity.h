// When a coupon may be used (protocol §6.3).
//
//   const Validity validity = validity_of(stock, received);
//
// Pure function. Days begin and end at midnight in UTC+8.
#pragma once

#include "coupon/rows.h"

namespace favorhook::coupon {

struct Validity {
  BusinessTime start;
  BusinessTime expire;
};

// For a coupon of the stock received at that time. Never outlives the stock; where the stock ends
// before the coupon would begin, both ends are the stock's end.
Validity validity_of(const Stock& stock, BusinessTime received);

}  // namespace favorhook::coupon
