// All that a store keeps of the business, row by row, for who proves it offline (audit/).
//
//   ScanVisitor visitor;
//   visitor.on<coupon::Coupon>([&](const coupon::Coupon& row) { … });
//   Result<void> done = reader.scan(visitor);
//
// Tables come one after the other in the order of ScannedRows, each by its key, all of one
// snapshot, and are streamed: what is held in memory at a time does not grow with the store. No
// secret is among them. Thread safety: the visitor is called by the thread that scans. Errors: of
// the scan; what has been visited before stays visited.
#pragma once

#include <functional>
#include <tuple>
#include <utility>
#include <vector>

#include "coupon/rows.h"
#include "store/rows.h"

namespace favorhook::store {

// A merchant's row tells that it is there; the business's follow.
template <class Business>
struct AfterMerchants;
template <class... Rows>
struct AfterMerchants<TypeList<Rows...>> {
  using List = TypeList<MerchantRow, Rows...>;
};
using ScannedRows = AfterMerchants<coupon::BusinessRows>::List;

class ScanVisitor {
 public:
  using EventVisit = std::function<void(const coupon::Event&, const std::vector<Attempt>&)>;

  template <class Row>
  void on(std::function<void(const Row&)> visit) {
    std::get<std::function<void(const Row&)>>(visits_) = std::move(visit);
  }
  // Instead of on<Event>: an event with its attempts by number.
  void on_event(EventVisit visit) { event_ = std::move(visit); }
  // An attempt of an event that there is not.
  void on_stray_attempt(std::function<void(const Attempt&)> visit) { stray_ = std::move(visit); }

  template <class Row>
  void visit(const Row& row) const {
    const auto& told = std::get<std::function<void(const Row&)>>(visits_);
    if (told) told(row);
  }
  void event(const coupon::Event& row, const std::vector<Attempt>& attempts) const {
    if (event_) event_(row, attempts);
  }
  void stray_attempt(const Attempt& row) const {
    if (stray_) stray_(row);
  }

 private:
  template <class List>
  struct Visits;
  template <class... Rows>
  struct Visits<TypeList<Rows...>> {
    using Tuple = std::tuple<std::function<void(const Rows&)>...>;
  };
  Visits<ScannedRows>::Tuple visits_;
  EventVisit event_;
  std::function<void(const Attempt&)> stray_;
};

}  // namespace favorhook::store
