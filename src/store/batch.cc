#include <algorithm>

#include "store/store.h"

namespace favorhook::store {
namespace {

template <class Key, class Row>
bool changed(const coupon::Table<Key, Row>& table) {
  return std::ranges::any_of(table.slots(), [](const auto& slot) { return slot.second.changed; });
}

// The lookup tables are put together with the tables that are written, so these are all.
bool changed(const coupon::State& state) {
  return changed(state.events) || changed(state.coupons_by_request) || changed(state.callbacks) ||
         changed(state.stocks) || changed(state.stock_counts) || changed(state.user_counts) ||
         changed(state.users) || changed(state.unions) || changed(state.sequences);
}

}  // namespace

bool Batch::directory_changed() const {
  return !merchants.empty() || !merchant_certificates.empty() || !apiv3_keys.empty() ||
         !relations.empty() || !merchant_apps.empty() || !apps.empty() || !platform_keys.empty() ||
         !secrets.empty();
}

bool Batch::empty() const {
  return attempts.empty() && !directory_changed() && !changed(state);
}

}  // namespace favorhook::store
