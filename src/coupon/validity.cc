#include "coupon/validity.h"

#include <algorithm>
#include <chrono>

#include "base/time_text.h"

namespace favorhook::coupon {
namespace {

using std::chrono::seconds;

// 00:00:00 of the day that the coupon becomes effective on: the day of receipt, X days later with
// wait_days_after_receive, and not before the day that the stock begins on ("day 1 = begin day").
std::int64_t effective_day(const Stock& stock, BusinessTime received) {
  return std::max(day_in_china(received) + stock.wait_days_after_receive,
                  day_in_china(stock.available_begin_time));
}

// Before it is capped by the end of the stock.
Validity uncapped(const Stock& stock, BusinessTime received) {
  const std::int64_t days = stock.available_day_after_receive;
  const std::int64_t day = effective_day(stock, received);
  // Live coupons with N begin at midnight, also when received in the afternoon. One that waits does
  // so as well.
  const BusinessTime midnight = std::max(start_of_day_in_china(day), stock.available_begin_time);
  // N = 1 is the day itself, so the last second is that of day + N - 1.
  if (days > 0) return {midnight, start_of_day_in_china(day + days) - seconds(1)};

  const bool waits = stock.wait_days_after_receive > 0;
  if (stock.available_second_after_receive > 0) {
    const BusinessTime start = waits ? midnight : std::max(received, stock.available_begin_time);
    return {start, start + seconds(stock.available_second_after_receive)};
  }
  return {waits ? midnight : stock.available_begin_time, stock.available_end_time};
}

}  // namespace

Validity validity_of(const Stock& stock, BusinessTime received) {
  const Validity validity = uncapped(stock, received);
  return {std::min(validity.start, stock.available_end_time),
          std::min(validity.expire, stock.available_end_time)};
}

}  // namespace favorhook::coupon
