// For tests: a small sound store in memory, which a test breaks in one place.
//
//   Ledger ledger = sound_ledger();
//   ledger.events[0].attempts.pop_back();
//   LedgerReader reader(ledger);
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/time_text.h"
#include "store/store.h"

namespace favorhook::audit {

struct EventWithAttempts {
  coupon::Event row;
  std::vector<store::Attempt> attempts;
};

struct Ledger {
  std::vector<std::string> damage;
  std::vector<coupon::Sequence> sequences;
  std::vector<store::MerchantRow> merchants;
  std::vector<coupon::User> users;
  std::vector<coupon::Stock> stocks;
  std::vector<coupon::StockCount> stock_counts;
  std::vector<coupon::Coupon> coupons;
  std::vector<coupon::UserCount> user_counts;
  std::vector<EventWithAttempts> events;
  std::vector<store::Attempt> strays;
  bool unreadable = false;
};

class LedgerReader final : public store::Reader {
 public:
  explicit LedgerReader(const Ledger& ledger) : ledger_(ledger) {}

  Result<std::optional<coupon::Callback>> callback(std::string_view) override { return none(); }
  Result<std::optional<coupon::Stock>> stock(std::string_view) override { return none(); }
  Result<coupon::StockCount> stock_count(std::string_view) override { return none(); }
  Result<std::vector<coupon::Event>> events(const store::EventFilter&) override { return none(); }
  Result<std::optional<coupon::Event>> event(std::string_view) override { return none(); }
  Result<std::vector<store::Attempt>> attempts(std::int64_t) override { return none(); }
  Result<std::vector<store::EventCount>> event_counts() override { return none(); }
  Result<void> scan(const store::ScanVisitor& visitor) override {
    for (const auto& row : ledger_.sequences) visitor.visit(row);
    for (const auto& row : ledger_.merchants) visitor.visit(row);
    for (const auto& row : ledger_.users) visitor.visit(row);
    for (const auto& row : ledger_.stocks) visitor.visit(row);
    for (const auto& row : ledger_.stock_counts) visitor.visit(row);
    for (const auto& row : ledger_.coupons) visitor.visit(row);
    for (const auto& row : ledger_.user_counts) visitor.visit(row);
    for (const auto& each : ledger_.events) visitor.event(each.row, each.attempts);
    for (const auto& row : ledger_.strays) visitor.stray_attempt(row);
    return ledger_.unreadable ? fail("a row holds a word that is not known") : Result<void>();
  }
  std::vector<std::string> damage(std::size_t) override { return ledger_.damage; }

 private:
  static tl::unexpected<Error> none() { return fail("an audit scans and asks for nothing else"); }

  const Ledger& ledger_;
};

inline constexpr const char* kMerchant = "1900000001";
inline constexpr const char* kStock = "1282070000000001";

inline BusinessTime second(std::int64_t seconds) {
  return from_unix_millis<BusinessTime>((1'790'000'000 + seconds) * 1000);
}

inline store::Attempt attempt_of(std::int64_t seq, std::uint32_t number, std::int64_t started,
                                 std::string_view verdict) {
  store::Attempt attempt;
  attempt.event_seq = seq;
  attempt.number = number;
  attempt.nonce = fmt::format("nonce-{}-{}", seq, number);
  attempt.url = "https://merchant.example/notify";
  attempt.started = second(started);
  attempt.verdict = from_text<store::Verdict>(verdict).value();
  if (verdict.empty()) return attempt;
  attempt.finished = second(started + 1);
  if (verdict == "acknowledged") attempt.status = 200;
  if (verdict == "status_not_ack") attempt.status = 500;
  attempt.counted = verdict != "unknown";
  if (verdict == "acknowledged") return attempt;
  attempt.next_due = *attempt.finished + Millis(attempt.counted ? 60'000 : 0);
  return attempt;
}

// Coupon number n of person n % 2, and its event.
inline void add_coupon(Ledger& ledger, std::int64_t n) {
  coupon::Coupon coupon;
  coupon.id = n;
  coupon.creator_mchid = coupon.send_merchant = kMerchant;
  coupon.stock_id = kStock;
  coupon.coupon_code = fmt::format("{}000000000000", 1'201'000'000 + n);
  coupon.out_request_no = fmt::format("request-{}", n);
  coupon.appid = "wx1";
  coupon.person = 1 + n % 2;
  coupon.openid = fmt::format("o{}", coupon.person);
  coupon.send_time = second(0);
  ledger.coupons.push_back(coupon);

  coupon::Event event;
  event.seq = n;
  event.id = fmt::format("01890a5d-ac96-774b-bcce-{:012}", n);
  event.receiver = kMerchant;
  event.event_type = "COUPON.SEND";
  event.stock_id = kStock;
  event.coupon_code = coupon.coupon_code;
  event.create_time = event.due = second(0);
  event.plaintext = fmt::format(
      R"({{"coupon_code":"{}","stock_id":"{}","send_merchant":"{}","send_req_no":"{}"}})",
      coupon.coupon_code, kStock, kMerchant, coupon.out_request_no);
  ledger.events.push_back({event, {}});
}

// Counters and times of the last event as its attempts say.
inline void settle(Ledger& ledger, coupon::EventState state) {
  EventWithAttempts& last = ledger.events.back();
  coupon::Event& event = last.row;
  event.state = state;
  event.attempts = static_cast<std::uint32_t>(last.attempts.size());
  for (const store::Attempt& attempt : last.attempts) {
    event.last_attempt = attempt.started;
    event.in_flight = attempt.verdict == store::Verdict::none;
    if (attempt.next_due) event.due = *attempt.next_due;
    if (attempt.number < event.ladder_from) continue;
    event.attempts_counted += attempt.verdict != store::Verdict::none && attempt.counted ? 1 : 0;
    event.attempts_unknown += attempt.verdict == store::Verdict::unknown ? 1 : 0;
  }
  const bool ended =
      state == coupon::EventState::delivered || state == coupon::EventState::exhausted;
  if (ended) event.finished = last.attempts.back().finished;
}

// Six coupons: 1 delivered after a crash, 2 pending, 3 in flight, 4 exhausted, 5 withheld, 6
// delivered, then resent and refused.
inline Ledger sound_ledger() {
  using coupon::EventState;
  Ledger ledger;
  ledger.sequences = {{"code", 6},   {"coupon", 6},           {"event", 6},
                      {"person", 2}, {"stock:1900000001", 1}, {"merchant", 1}};
  ledger.merchants = {{kMerchant, "shop", "direct", "128207", "certificate", true, true}};
  ledger.users = {{"wx1", "o1", 1}, {"wx1", "o2", 2}};
  coupon::Stock stock;
  stock.stock_id = kStock;
  stock.creator_mchid = kMerchant;
  stock.max_coupons = 6;
  stock.max_coupons_per_user = 3;
  ledger.stocks = {stock};
  ledger.stock_counts = {{kStock, 6, day_in_china(second(0)), 6}};
  ledger.user_counts = {{kStock, 1, 3}, {kStock, 2, 3}};

  add_coupon(ledger, 1);
  ledger.events.back().attempts = {attempt_of(1, 1, 1, "unknown"),
                                   attempt_of(1, 2, 3, "acknowledged")};
  settle(ledger, EventState::delivered);
  add_coupon(ledger, 2);
  ledger.events.back().attempts = {attempt_of(2, 1, 1, "status_not_ack"),
                                   attempt_of(2, 2, 70, "connect_failed")};
  settle(ledger, EventState::pending);
  add_coupon(ledger, 3);
  ledger.events.back().attempts = {attempt_of(3, 1, 1, "timed_out"), attempt_of(3, 2, 70, "")};
  settle(ledger, EventState::pending);
  add_coupon(ledger, 4);
  for (std::uint32_t number = 1; number <= 11; ++number) {
    ledger.events.back().attempts.push_back(attempt_of(4, number, 62 * number, "status_not_ack"));
  }
  ledger.events.back().attempts.back().next_due.reset();
  settle(ledger, EventState::exhausted);
  add_coupon(ledger, 5);
  settle(ledger, EventState::withheld);
  ledger.events.back().row.withheld_reason = coupon::WithheldReason::no_url;
  add_coupon(ledger, 6);
  ledger.events.back().attempts = {attempt_of(6, 1, 1, "acknowledged"),
                                   attempt_of(6, 2, 500, "status_not_ack")};
  ledger.events.back().row.ladder_from = 2;
  settle(ledger, EventState::pending);
  return ledger;
}

}  // namespace favorhook::audit
