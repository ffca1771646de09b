// The checks over coupons and what counts them: stocks, counters, users, sequences; and that each
// coupon has its event.
//
//   CouponChecks checks(findings, accepted);
//   checks.stock(row); … checks.coupon(row); … checks.event(row, kind);   // as a scan tells of
//   them checks.finish();
//
// One thread. Ownership: refers to findings and records. Limits: about 140 bytes a coupon.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "audit/keys.h"
#include "audit/records.h"
#include "audit/report.h"
#include "coupon/event_kinds.h"
#include "coupon/rows.h"

namespace favorhook::audit {

class CouponChecks {
 public:
  CouponChecks(Findings& findings, AcceptedRecords& accepted)
      : findings_(findings), accepted_(accepted) {}

  void user(const coupon::User& row);
  void stock(const coupon::Stock& row);
  void stock_count(const coupon::StockCount& row);
  void coupon(const coupon::Coupon& row);
  void user_count(const coupon::UserCount& row);
  void event(const coupon::Event& row, const coupon::EventKind& kind);
  void finish();

  // Coupons by the merchant that their events go to.
  const std::map<std::string, std::int64_t>& coupons_by_creator() const { return by_creator_; }
  // Of coupons whose codes favorhook makes.
  std::int64_t codes_made() const { return codes_made_; }

 private:
  // What the coupons of a stock, one after the other, must have led its counters to.
  struct OfStock {
    std::string creator;
    bool makes_codes = false;
    std::int64_t number = 0;  // its place in this map's order of insertion
    std::int64_t max_coupons = 0, max_per_user = 0, max_by_day = 0;
    std::int64_t sent = 0;
    std::int64_t day = 0, sent_that_day = 0;
    bool has_row = false;  // of counters
    coupon::StockCount row;
  };
  struct ForUser {
    std::int64_t stock;
    std::int64_t person;
    auto operator<=>(const ForUser&) const = default;
  };

  void told(const coupon::Coupon& row);
  void check_stock_counts();
  void finish_user_counts();

  Findings& findings_;
  AcceptedRecords& accepted_;
  std::map<std::string, OfStock> stocks_;
  std::map<std::string, std::int64_t> by_creator_;
  std::int64_t codes_made_ = 0;
  Keys users_, coupon_users_, codes_, requests_, coupons_, events_;
  Keys told_;                       // of kinds that a coupon may have any number of
  std::vector<ForUser> for_users_;  // one a coupon; sorted when the counters begin
  std::size_t next_for_user_ = 0;
  bool counting_users_ = false;
};

}  // namespace favorhook::audit
