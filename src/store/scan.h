// All that a store keeps of the business, row by row, for who proves it offline (audit/).
//
//   class Count final : public ScanVisitor { void coupon(const coupon::Coupon&) override { … } };
//   Result<void> done = reader.scan(count);
//
// Tables come one after the other in the order of the functions below, all of one snapshot, and are
// streamed: what is held in memory at a time does not grow with the store. No secret is among them.
// Thread safety: the visitor is called by the thread that scans. Errors: of the scan; what has been
// visited before stays visited.
#pragma once

#include <vector>

#include "coupon/rows.h"
#include "store/rows.h"

namespace favorhook::store {

class ScanVisitor {
 public:
  virtual ~ScanVisitor() = default;
  virtual void sequence(const coupon::Sequence&) {}
  virtual void merchant(const MerchantRow&) {}            // by mchid
  virtual void user(const coupon::User&) {}               // by appid, openid
  virtual void union_id(const coupon::Union&) {}          // by group, person
  virtual void stock(const coupon::Stock&) {}             // by stock_id
  virtual void stock_count(const coupon::StockCount&) {}  // by stock_id
  virtual void coupon(const coupon::Coupon&) {}           // by id
  virtual void user_count(const coupon::UserCount&) {}    // by stock_id, person
  // By seq, with its attempts by number.
  virtual void event(const coupon::Event&, const std::vector<Attempt>&) {}
  virtual void stray_attempt(const Attempt&) {}  // of an event that there is not
};

}  // namespace favorhook::store
