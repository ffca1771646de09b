// For tests: rows with every member set to something of its own, and their comparison.
//
// tied() takes each row apart by structured binding, so a member that is added to a row and
// forgotten here does not compile, and one that the store forgets does not compare equal.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "coupon/rows.h"
#include "store/rows.h"

namespace favorhook::store {

inline BusinessTime at(std::int64_t millis) {
  return from_unix_millis<BusinessTime>(millis);
}
inline WallTime wall_at(std::int64_t millis) {
  return from_unix_millis<WallTime>(millis);
}

inline coupon::Callback sample_callback(std::string mchid) {
  return {std::move(mchid), "https://merchant.example/notify", at(1'558'330'175'120)};
}

inline coupon::Stock sample_stock(std::string stock_id, std::string out_request_no) {
  return {.stock_id = std::move(stock_id),
          .creator_mchid = "1900000001",
          .belong_merchant = "1900000002",
          .out_request_no = std::move(out_request_no),
          .request_digest = std::string("\0\xff digest", 9),
          .terms_json = R"({"stock_name":"八月十五券"})",
          .stock_type = coupon::StockType::exchange,
          .coupon_code_mode = coupon::CodeMode::merchant_api,
          .stock_state = coupon::StockState::paused,
          .available_begin_time = at(10),
          .available_end_time = at(20),
          .available_day_after_receive = 1,
          .wait_days_after_receive = 2,
          .available_second_after_receive = 3,
          .max_coupons = 4,
          .max_coupons_per_user = 5,
          .max_coupons_by_day = 6,
          .discount_amount_fen = 7,
          .notify_appid = "wx0001",
          .create_time = at(30)};
}

inline coupon::Coupon sample_coupon(std::int64_t id, std::string out_request_no) {
  return {.id = id,
          .creator_mchid = "1900000001",
          .stock_id = "1212160000000001",
          .coupon_code = fmt::format("{:010}000000000000", id),
          .coupon_state = coupon::CouponState::used,
          .send_merchant = "1900000003",
          .out_request_no = std::move(out_request_no),
          .request_digest = std::string("\0\x80", 2),
          .appid = "wx0001",
          .openid = "oOpenid",
          .person = 8,
          .send_time = at(1),
          .available_start_time = at(2),
          .expire_time = at(3)};
}

inline coupon::Event sample_event(std::int64_t seq, std::string receiver = "1900000001") {
  return {.seq = seq,
          .id = fmt::format("01890a5d-ac96-774b-bcce-{:012}", seq),
          .receiver = std::move(receiver),
          .event_type = "COUPON.SEND",
          .stock_id = "1212160000000001",
          .coupon_code = fmt::format("{:010}000000000000", seq),
          .create_time = at(100 + seq),
          .plaintext = R"({"event_type":"EVENT_TYPE_BUSICOUPON_SEND"})",
          .state = coupon::EventState::pending,
          .withheld_reason = coupon::WithheldReason::none,
          .due = at(1000 + seq),
          .in_flight = false,
          .attempts = 3,
          .attempts_counted = 2,
          .attempts_unknown = 1,
          .ladder_from = 2,
          .last_attempt = at(500),
          .finished = std::nullopt};
}

// As it is before the first byte leaves.
inline Attempt sample_intent(std::int64_t event_seq, std::uint32_t number) {
  Attempt attempt;
  attempt.event_seq = event_seq;
  attempt.number = number;
  attempt.nonce = fmt::format("nonce-{}-{}", event_seq, number);
  attempt.url = "https://merchant.example/notify";
  attempt.started = at(700);
  return attempt;
}

inline Attempt sample_result(std::int64_t event_seq, std::uint32_t number) {
  Attempt attempt = sample_intent(event_seq, number);
  attempt.verdict = "refused_status";
  attempt.serial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
  attempt.status = 500;
  attempt.answer_head = std::string("\xfe\0 not text", 11);
  attempt.detail = "answered 500";
  attempt.peer = "127.0.0.1:9443";
  attempt.phases = {Micros(11), Micros(12), std::nullopt, Micros(14), Micros(15)};
  attempt.counted = false;
  attempt.connection_reused = true;
  attempt.finished = at(701);
  attempt.next_due = at(60'700);
  return attempt;
}

inline auto tied(const coupon::Callback& row) {
  const auto& [a, b, c] = row;
  return std::tie(a, b, c);
}
inline auto tied(const coupon::Stock& row) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = row;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t);
}
inline auto tied(const coupon::StockCount& row) {
  const auto& [a, b, c, d] = row;
  return std::tie(a, b, c, d);
}
inline auto tied(const coupon::Coupon& row) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = row;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
inline auto tied(const coupon::UserCount& row) {
  const auto& [a, b, c] = row;
  return std::tie(a, b, c);
}
inline auto tied(const coupon::User& row) {
  const auto& [a, b, c] = row;
  return std::tie(a, b, c);
}
inline auto tied(const coupon::Union& row) {
  const auto& [a, b, c] = row;
  return std::tie(a, b, c);
}
inline auto tied(const coupon::Sequence& row) {
  const auto& [a, b] = row;
  return std::tie(a, b);
}
inline auto tied(const coupon::Event& row) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = row;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
}
inline auto tied(const Attempt& row) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, phases, l, m, n, o] = row;
  const auto& [dns, connect, tls, first_byte, total] = phases;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, dns, connect, tls, first_byte,
                  total);
}
inline auto tied(const MerchantRow& row) {
  const auto& [a, b, c, d, e, f, g, h] = row;
  return std::tie(a, b, c, d, e, f, g, h);
}
inline auto tied(const MerchantCertificateRow& row) {
  const auto& [a, b, c, d, e, f] = row;
  return std::tie(a, b, c, d, e, f);
}
inline auto tied(const Apiv3KeyRow& row) {
  const auto& [a, b, c] = row;
  return std::tie(a, b, c);
}
inline auto tied(const RelationRow& row) {
  const auto& [a, b] = row;
  return std::tie(a, b);
}
inline auto tied(const MerchantAppRow& row) {
  const auto& [a, b] = row;
  return std::tie(a, b);
}
inline auto tied(const AppRow& row) {
  const auto& [a, b] = row;
  return std::tie(a, b);
}
inline auto tied(const PlatformKeyRow& row) {
  const auto& [a, b, c, d, e, f] = row;
  return std::tie(a, b, c, d, e, f);
}
inline auto tied(const SecretRow& row) {
  const auto& [a, b] = row;
  return std::tie(a, b);
}

template <class Row>
bool same(const Row& a, const Row& b) {
  return tied(a) == tied(b);
}
template <class Row>
bool same(const std::vector<Row>& a, const std::vector<Row>& b) {
  return std::ranges::equal(a, b, [](const Row& x, const Row& y) { return same(x, y); });
}

}  // namespace favorhook::store
