#include "sim/checkers/evidence.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace favorhook::sim {
namespace {

constexpr std::array kCheckers = {
    Checker{"rule 1, acknowledged", check_acknowledged},
    Checker{"rule 2, accounting", check_accounting},
    Checker{"rule 3, posts", check_posts},
    Checker{"rule 4, keys", check_keys},
    Checker{"rule 5, isolation", check_isolation},
    Checker{"delivered", check_delivered},
    Checker{"ladder", check_ladder},
};

void read_coupons(store::Store& store, const History& history, Ledger& ledger) {
  coupon::State state;
  for (const Acknowledged& each : history.acknowledged) {
    state.want<coupon::Coupon::ByCode>(each.stock_id, each.coupon_code);
    state.want<coupon::StockCount>(each.stock_id);
  }
  CHECK(store.load(state));
  for (const auto& [key, slot] : state.table<coupon::Coupon>().slots()) {
    if (slot.row) ledger.coupons.emplace(slot.row->coupon_code, *slot.row);
  }
  for (const auto& [key, slot] : state.table<coupon::StockCount>().slots()) {
    if (slot.row) ledger.sent_counts.emplace(slot.row->stock_id, slot.row->total_send_num);
  }
}

}  // namespace

Ledger read_ledger(store::Store& store, const History& history) {
  Ledger ledger;
  const auto reader = store.open_reader();
  CHECK(reader);
  auto events = (*reader)->events({.receiver = {}, .state = {}, .limit = 1'000'000});
  CHECK(events);
  ledger.events = std::move(*events);
  std::ranges::sort(ledger.events, {}, &coupon::Event::seq);
  for (const coupon::Event& event : ledger.events) {
    auto attempts = (*reader)->attempts(event.seq);
    CHECK(attempts);
    ledger.attempts.emplace(event.seq, std::move(*attempts));
  }
  auto counts = (*reader)->event_counts();
  CHECK(counts);
  ledger.counts = std::move(*counts);
  read_coupons(store, history, ledger);
  auto directory = store.directory();
  CHECK(directory);
  ledger.directory = std::move(*directory);
  for (const store::MerchantRow& merchant : ledger.directory.of<store::MerchantRow>()) {
    const auto callback = (*reader)->callback(merchant.mchid);
    CHECK(callback);
    if (*callback) ledger.urls[merchant.mchid] = (*callback)->notify_url;
  }
  return ledger;
}

std::span<const Checker> all_checkers() {
  return kCheckers;
}

}  // namespace favorhook::sim
