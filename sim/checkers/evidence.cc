#include "sim/checkers/evidence.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace favorhook::sim {
namespace {

constexpr std::array kCheckers = {
    Checker{"acknowledged", check_acknowledged},
    Checker{"accounting", check_accounting},
    Checker{"posts", check_posts},
    Checker{"contents", check_contents},
    Checker{"delivered", check_delivered},
    Checker{"ladder", check_ladder},
    Checker{"isolation", check_isolation},
};

void read_coupons(store::Store& store, const History& history, Ledger& ledger) {
  coupon::State state;
  for (const Acknowledged& each : history.acknowledged) {
    state.coupons_by_code.want({each.stock_id, each.coupon_code});
    state.stock_counts.want(each.stock_id);
  }
  CHECK(store.load(state));
  for (const auto& [key, slot] : state.coupons_by_code.slots()) {
    if (slot.row) ledger.coupons.emplace(key.second, *slot.row);
  }
  for (const auto& [stock_id, slot] : state.stock_counts.slots()) {
    if (slot.row) ledger.sent_counts.emplace(stock_id, slot.row->total_send_num);
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
  return ledger;
}

std::span<const Checker> all_checkers() {
  return kCheckers;
}

}  // namespace favorhook::sim
