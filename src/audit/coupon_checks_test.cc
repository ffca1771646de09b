// What the kinds of event say, held against coupons: kinds that favorhook has, and kinds that it
// may come to have.
#include "audit/coupon_checks.h"

#include <gtest/gtest.h>

#include "audit/test_ledger.h"

namespace favorhook::audit {
namespace {

constexpr coupon::EventKind kAnyNumber = {
    "COUPON.TEST", "", "", "", coupon::EventSubject::coupon, coupon::EventsEach::any};
constexpr coupon::EventKind kOfNone = {
    "ECHO.TEST", "", "", "", coupon::EventSubject::none, coupon::EventsEach::any};

// How many faults of events a sound ledger has with further ones, each of its kind.
std::int64_t faults(const std::vector<std::pair<coupon::Event, coupon::EventKind>>& more) {
  const Ledger ledger = sound_ledger();
  Findings findings;
  AcceptedRecords accepted;
  CouponChecks checks(findings, accepted);
  for (const auto& row : ledger.users) checks.user(row);
  for (const auto& row : ledger.stocks) checks.stock(row);
  for (const auto& row : ledger.stock_counts) checks.stock_count(row);
  for (const auto& row : ledger.coupons) checks.coupon(row);
  for (const auto& row : ledger.user_counts) checks.user_count(row);
  for (const auto& each : ledger.events) checks.event(each.row, coupon::kCouponSend);
  for (const auto& [row, kind] : more) checks.event(row, kind);
  checks.finish();
  return findings.of(Check::events).faults;
}

coupon::Event again() {
  coupon::Event event = sound_ledger().events.front().row;
  event.seq = 1000;
  return event;
}

TEST(CouponChecks, ASecondEventOfAKindThatACouponHasOnceIsAFault) {
  EXPECT_EQ(faults({}), 0);
  EXPECT_EQ(faults({{again(), coupon::kCouponSend}}), 1);
}

TEST(CouponChecks, ACouponMayHaveAnyNumberOfAnotherKindButMustBeThere) {
  EXPECT_EQ(faults({{again(), kAnyNumber}, {again(), kAnyNumber}}), 0);
  coupon::Event stray = again();
  stray.coupon_code = "none";
  stray.plaintext = R"({"coupon_code":"none","stock_id":")" + stray.stock_id + R"("})";
  EXPECT_EQ(faults({{stray, kAnyNumber}}), 1);
}

TEST(CouponChecks, AKindThatTellsOfNothingNamesNoCoupon) {
  coupon::Event echo = again();
  echo.stock_id = echo.coupon_code = "";
  echo.plaintext = "{}";
  EXPECT_EQ(faults({{echo, kOfNone}}), 0);
}

}  // namespace
}  // namespace favorhook::audit
