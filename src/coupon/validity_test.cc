#include "coupon/validity.h"

#include <gtest/gtest.h>

#include "base/time_text.h"

namespace favorhook::coupon {
namespace {

struct Case {
  const char* name;
  const char* received;
  std::int64_t days;
  std::int64_t wait;
  std::int64_t seconds;
  const char* start;
  const char* expire;
};

void expect_cases(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    Stock stock;
    stock.available_begin_time = *business_from_rfc3339("2020-04-19T13:29:35+08:00");
    stock.available_end_time = *business_from_rfc3339("2020-05-20T13:29:35+08:00");
    stock.available_day_after_receive = c.days;
    stock.wait_days_after_receive = c.wait;
    stock.available_second_after_receive = c.seconds;
    const Validity validity = validity_of(stock, *business_from_rfc3339(c.received));
    EXPECT_EQ(to_rfc3339(validity.start), c.start) << c.name;
    EXPECT_EQ(to_rfc3339(validity.expire), c.expire) << c.name;
  }
}

// Protocol §6.3 and the live coupon of 2020 (vectors/live-busifavor-shapes-2020.json).
TEST(Validity, AsInTheDocumentsAndInLiveData) {
  expect_cases({
      {"no N: the stock's own", "2020-04-22T16:54:48+08:00", 0, 0, 0, "2020-04-19T13:29:35+08:00",
       "2020-05-20T13:29:35+08:00"},
      {"live: N = 30, capped by the stock's end", "2020-04-22T16:54:48+08:00", 30, 0, 0,
       "2020-04-22T00:00:00+08:00", "2020-05-20T13:29:35+08:00"},
      {"X = 2 days of waiting", "2020-04-22T16:54:48+08:00", 30, 2, 0, "2020-04-24T00:00:00+08:00",
       "2020-05-20T13:29:35+08:00"},
      {"a day begins at midnight in China", "2020-04-21T16:00:00Z", 30, 0, 0,
       "2020-04-22T00:00:00+08:00", "2020-05-20T13:29:35+08:00"},
  });
}

TEST(Validity, UnconfirmedEndOfTheLastDay) {
  expect_cases({
      {"N = 1 is the same day only", "2020-04-22T16:54:48+08:00", 1, 0, 0,
       "2020-04-22T00:00:00+08:00", "2020-04-22T23:59:59+08:00"},
      {"N = 3", "2020-04-22T00:00:00+08:00", 3, 0, 0, "2020-04-22T00:00:00+08:00",
       "2020-04-24T23:59:59+08:00"},
      {"X = 1, N = 1", "2020-04-22T23:59:59+08:00", 1, 1, 0, "2020-04-23T00:00:00+08:00",
       "2020-04-23T23:59:59+08:00"},
      {"the last day ends with the stock", "2020-05-20T09:00:00+08:00", 1, 0, 0,
       "2020-05-20T00:00:00+08:00", "2020-05-20T13:29:35+08:00"},
  });
}

TEST(Validity, UnconfirmedReceivedBeforeTheStockBegins) {
  expect_cases({
      {"day 1 is the stock's first, from when it begins", "2020-04-01T10:00:00+08:00", 2, 0, 0,
       "2020-04-19T13:29:35+08:00", "2020-04-20T23:59:59+08:00"},
      {"also with waiting days that end before", "2020-04-01T10:00:00+08:00", 2, 5, 0,
       "2020-04-19T13:29:35+08:00", "2020-04-20T23:59:59+08:00"},
      {"waiting days that end later", "2020-04-18T10:00:00+08:00", 2, 5, 0,
       "2020-04-23T00:00:00+08:00", "2020-04-24T23:59:59+08:00"},
  });
}

TEST(Validity, UnconfirmedSecondsAfterReceipt) {
  expect_cases({
      {"from the receipt", "2020-04-22T16:54:48+08:00", 0, 0, 3600, "2020-04-22T16:54:48+08:00",
       "2020-04-22T17:54:48+08:00"},
      {"from the stock's begin", "2020-04-01T10:00:00+08:00", 0, 0, 60, "2020-04-19T13:29:35+08:00",
       "2020-04-19T13:30:35+08:00"},
      {"after waiting days", "2020-04-22T16:54:48+08:00", 0, 1, 60, "2020-04-23T00:00:00+08:00",
       "2020-04-23T00:01:00+08:00"},
      {"capped", "2020-05-20T13:29:00+08:00", 0, 0, 60, "2020-05-20T13:29:00+08:00",
       "2020-05-20T13:29:35+08:00"},
  });
}

TEST(Validity, UnconfirmedWaitingBeyondTheEndLeavesNoTime) {
  expect_cases({
      {"both ends are the stock's end", "2020-05-19T10:00:00+08:00", 5, 10, 0,
       "2020-05-20T13:29:35+08:00", "2020-05-20T13:29:35+08:00"},
      {"waiting without N", "2020-04-22T16:54:48+08:00", 0, 3, 0, "2020-04-25T00:00:00+08:00",
       "2020-05-20T13:29:35+08:00"},
  });
}

}  // namespace
}  // namespace favorhook::coupon
