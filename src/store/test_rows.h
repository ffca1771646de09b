// For tests: rows with every member set to something of its own, and their comparison, both made of
// the rows' descriptions.
//
//   const auto stock = filled<coupon::Stock>(1);
//   EXPECT_TRUE(same(stock, *found));
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "coupon/rows.h"
#include "store/rows.h"
#include "store/table_text.h"

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
  attempt.verdict = Verdict::status_not_ack;
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

namespace test_rows_detail {

// Sets every column to something of its own, which is not what it was.
class Fill {
 public:
  explicit Fill(int salt) : salt_(salt) {}

  void operator()(std::string_view column, auto& member) { set(column, member); }
  void fixed(std::string_view column, auto& member) { set(column, member); }
  void sealed(std::string_view column, std::string& text) { set(column, text); }
  void blob(std::string_view column, std::string& bytes) {
    set(column, bytes);
    bytes += std::string("\0\xff", 2);
  }
  void found(std::string_view column, auto& member) { set(column, member); }

 private:
  void set(std::string_view column, std::string& text) {
    text = fmt::format("{}-{}", column, salt_);
  }
  void set(std::string_view, std::integral auto& value) {
    value = static_cast<std::remove_cvref_t<decltype(value)>>(next());
  }
  void set(std::string_view, bool& value) { value = !value; }
  template <class Tag>
  void set(std::string_view, std::chrono::time_point<TaggedClock<Tag>>& time) {
    time = std::chrono::time_point<TaggedClock<Tag>>(Millis(next()));
  }
  void set(std::string_view, Micros& time) { time = Micros(next()); }
  template <class E>
    requires std::is_enum_v<E>
  void set(std::string_view, E& value) {
    value = static_cast<E>(value == static_cast<E>(1) ? 2 : 1);
  }
  template <class T>
  void set(std::string_view column, std::optional<T>& value) {
    set(column, value.emplace());
  }
  std::int64_t next() { return 100 * salt_ + ++count_; }

  int salt_;
  int count_ = 0;
};

// Fills only what may change.
class FillChanging {
 public:
  FillChanging(int salt, const TableText& table) : fill_(salt), next_(table.columns.begin()) {}

  void operator()(std::string_view column, auto& member) {
    if (next_++->changes) fill_(column, member);
  }
  void sealed(std::string_view column, std::string& text) { (*this)(column, text); }
  void fixed(std::string_view, auto&) { ++next_; }
  void blob(std::string_view column, std::string& bytes) {
    if (next_++->changes) fill_.blob(column, bytes);
  }
  void found(std::string_view, auto&) {}

 private:
  Fill fill_;
  std::vector<TableText::Column>::const_iterator next_;
};

// What a row's columns hold, as texts.
class Texts {
 public:
  void operator()(std::string_view, const auto& member) { all.push_back(text(member)); }
  void fixed(std::string_view, const auto& member) { all.push_back(text(member)); }
  void sealed(std::string_view, const auto& member) { all.push_back(text(member)); }
  void blob(std::string_view, const auto& member) { all.push_back(text(member)); }
  void found(std::string_view, const auto& member) { all.push_back(text(member)); }

  std::vector<std::string> all;

 private:
  static std::string text(const std::string& value) { return value; }
  static std::string text(std::integral auto value) { return fmt::format("{}", value); }
  template <class Tag>
  static std::string text(std::chrono::time_point<TaggedClock<Tag>> time) {
    return fmt::format("{}", unix_millis(time));
  }
  static std::string text(Micros time) { return fmt::format("{}", time.count()); }
  template <class E>
    requires std::is_enum_v<E>
  static std::string text(E value) {
    return std::string(to_text(value));
  }
  template <class T>
  static std::string text(const std::optional<T>& value) {
    return value ? "some " + text(*value) : "none";
  }
};

}  // namespace test_rows_detail

// A row whose every column holds something of its own; another salt, another row.
template <class Row>
Row filled(int salt) {
  Row row;
  test_rows_detail::Fill fill(salt);
  Row::columns(fill, row);
  return row;
}

// The row with other values in every column that may change.
template <class Row>
Row changed(Row row, int salt) {
  test_rows_detail::FillChanging fill(salt, table_of<Row>());
  Row::columns(fill, row);
  return row;
}

// Equal in every column; that a row has no member besides, rows_test.cc sees to.
template <class Row>
bool same(const Row& a, const Row& b) {
  test_rows_detail::Texts of_a, of_b;
  Row::columns(of_a, a);
  Row::columns(of_b, b);
  return of_a.all == of_b.all;
}
template <class Row>
bool same(const std::vector<Row>& a, const std::vector<Row>& b) {
  return std::ranges::equal(a, b, [](const Row& x, const Row& y) { return same(x, y); });
}

}  // namespace favorhook::store
