// The columns of each table, once: columns() names a table and gives its row's members one by one,
// each with its column. A Binder takes them as values, Columns fills them, and table_of() keeps the
// names, of which the statements are made.
//
//   columns(binder, event);                     // its members become ?1, ?2, …
//   std::string sql = select_sql(table_of<coupon::Event>(), "WHERE seq=?1");
//
// io.table(name, fixed, view): the first `fixed` columns identify the row and never change; updates
// find it by them and write the others. Rows are read from the view where there is one; io.found()
// names a column that only the view has. io.blob() is for texts that may hold any bytes.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "coupon/rows.h"
#include "store/rows.h"

namespace favorhook::store::sqlite {

struct TableText {
  std::string name;
  std::size_t fixed = 0;
  std::string view;                  // what rows are read from
  std::vector<std::string> columns;  // in their order
  std::vector<std::string> found;    // behind them, in the view only
};

template <class Row, class Of>
concept Like = std::same_as<std::remove_const_t<Row>, Of>;

template <class Io, Like<coupon::Callback> Row>
void columns(Io& io, Row& row) {
  io.table("callbacks", 1);
  io("mchid", row.mchid);
  io("notify_url", row.notify_url);
  io("update_time", row.update_time);
}

template <class Io, Like<coupon::Stock> Row>
void columns(Io& io, Row& row) {
  io.table("stocks", 3);
  io("stock_id", row.stock_id);
  io("creator_mchid", row.creator_mchid);
  io("out_request_no", row.out_request_no);
  io("belong_merchant", row.belong_merchant);
  io.blob("request_digest", row.request_digest);
  io("terms_json", row.terms_json);
  io("stock_type", row.stock_type);
  io("coupon_code_mode", row.coupon_code_mode);
  io("stock_state", row.stock_state);
  io("available_begin_time", row.available_begin_time);
  io("available_end_time", row.available_end_time);
  io("available_day_after_receive", row.available_day_after_receive);
  io("wait_days_after_receive", row.wait_days_after_receive);
  io("available_second_after_receive", row.available_second_after_receive);
  io("max_coupons", row.max_coupons);
  io("max_coupons_per_user", row.max_coupons_per_user);
  io("max_coupons_by_day", row.max_coupons_by_day);
  io("discount_amount_fen", row.discount_amount_fen);
  io("notify_appid", row.notify_appid);
  io("create_time", row.create_time);
}

template <class Io, Like<coupon::StockCount> Row>
void columns(Io& io, Row& row) {
  io.table("stock_counts", 1);
  io("stock_id", row.stock_id);
  io("total_send_num", row.total_send_num);
  io("today", row.today);
  io("today_send_num", row.today_send_num);
}

template <class Io, Like<coupon::Coupon> Row>
void columns(Io& io, Row& row) {
  io.table("coupons", 6);
  io("id", row.id);
  io("creator_mchid", row.creator_mchid);
  io("stock_id", row.stock_id);
  io("coupon_code", row.coupon_code);
  io("send_merchant", row.send_merchant);
  io("out_request_no", row.out_request_no);
  io("coupon_state", row.coupon_state);
  io.blob("request_digest", row.request_digest);
  io("appid", row.appid);
  io("openid", row.openid);
  io("person", row.person);
  io("send_time", row.send_time);
  io("available_start_time", row.available_start_time);
  io("expire_time", row.expire_time);
}

template <class Io, Like<coupon::UserCount> Row>
void columns(Io& io, Row& row) {
  io.table("user_counts", 2);
  io("stock_id", row.stock_id);
  io("person", row.person);
  io("send_num", row.send_num);
}

template <class Io, Like<coupon::User> Row>
void columns(Io& io, Row& row) {
  io.table("users", 2);
  io("appid", row.appid);
  io("openid", row.openid);
  io("person", row.person);
}

template <class Io, Like<coupon::Union> Row>
void columns(Io& io, Row& row) {
  io.table("unions", 2);
  io("unionid_group", row.group);
  io("person", row.person);
  io("unionid", row.unionid);
}

template <class Io, Like<coupon::Sequence> Row>
void columns(Io& io, Row& row) {
  io.table("sequences", 1);
  io("name", row.name);
  io("last", row.last);
}

template <class Io, Like<coupon::Event> Row>
void columns(Io& io, Row& row) {
  io.table("events", 3, "events_now");
  io("seq", row.seq);
  io("id", row.id);
  io("receiver", row.receiver);
  io("state", row.state);
  io("withheld_reason", row.withheld_reason);
  io("due", row.due);
  io("attempts", row.attempts);
  io("attempts_counted", row.attempts_counted);
  io("attempts_unknown", row.attempts_unknown);
  io("ladder_from", row.ladder_from);
  io("last_attempt", row.last_attempt);
  io("finished", row.finished);
  io("create_time", row.create_time);
  io("event_type", row.event_type);
  io("stock_id", row.stock_id);
  io("coupon_code", row.coupon_code);
  io("plaintext", row.plaintext);
  io.found("in_flight", row.in_flight);
}

template <class Io, Like<Attempt> Row>
void columns(Io& io, Row& row) {
  io.table("attempts", 2, "attempts_now");
  io("event_seq", row.event_seq);
  io("number", row.number);
  io("nonce", row.nonce);
  io("url", row.url);
  io("started", row.started);
  io("verdict", row.verdict);
  io("serial", row.serial);
  io("status", row.status);
  io.blob("answer_head", row.answer_head);  // whatever bytes the receiver sent
  io("detail", row.detail);
  io("peer", row.peer);
  io("dns_us", row.phases.dns);
  io("connect_us", row.phases.connect);
  io("tls_us", row.phases.tls);
  io("first_byte_us", row.phases.first_byte);
  io("total_us", row.phases.total);
  io("counted", row.counted);
  io("connection_reused", row.connection_reused);
  io("finished", row.finished);
  io("next_due", row.next_due);
}

// An intent: the part of an attempt that is known before its first byte leaves.
struct Flight {
  Attempt intent;
};

template <class Io, Like<Flight> Row>
void columns(Io& io, Row& row) {
  io.table("flights", 1);
  auto& intent = row.intent;
  io("event_seq", intent.event_seq);
  io("number", intent.number);
  io("nonce", intent.nonce);
  io("url", intent.url);
  io("started", intent.started);
}

template <class Io, Like<MerchantRow> Row>
void columns(Io& io, Row& row) {
  io.table("merchants", 1);
  io("mchid", row.mchid);
  io("name", row.name);
  io("kind", row.kind);
  io("number", row.number);
  io("mode", row.mode);
  io("event_push", row.event_push);
  io("api_send", row.api_send);
  io("gray_percent", row.gray_percent);
}

template <class Io, Like<MerchantCertificateRow> Row>
void columns(Io& io, Row& row) {
  io.table("merchant_certificates", 2);
  io("mchid", row.mchid);
  io("serial_no", row.serial_no);
  io("pem", row.pem);
  io("not_before", row.not_before);
  io("not_after", row.not_after);
  io("revoked", row.revoked);
}

template <class Io, Like<Apiv3KeyRow> Row>
void columns(Io& io, Row& row) {
  io.table("apiv3_keys", 2);
  io("mchid", row.mchid);
  io("valid_from", row.valid_from);
  io("sealed_key", row.key);
}

template <class Io, Like<RelationRow> Row>
void columns(Io& io, Row& row) {
  io.table("relations", 2);
  io("parent", row.parent);
  io("child", row.child);
}

template <class Io, Like<MerchantAppRow> Row>
void columns(Io& io, Row& row) {
  io.table("merchant_apps", 2);
  io("mchid", row.mchid);
  io("appid", row.appid);
}

template <class Io, Like<AppRow> Row>
void columns(Io& io, Row& row) {
  io.table("apps", 1);
  io("appid", row.appid);
  io("unionid_group", row.unionid_group);
}

template <class Io, Like<PlatformKeyRow> Row>
void columns(Io& io, Row& row) {
  io.table("platform_keys", 1);
  io("serial", row.serial);
  io("mode", row.mode);
  io("certificate_pem", row.certificate_pem);
  io("sealed_key", row.key_pem);
  io("not_before", row.not_before);
  io("not_after", row.not_after);
}

template <class Io, Like<SecretRow> Row>
void columns(Io& io, Row& row) {
  io.table("secrets", 1);
  io("name", row.name);
  io("sealed_value", row.value);
}

// Takes what columns() names.
class TableReader {
 public:
  void table(std::string_view name, std::size_t fixed, std::string_view view = {}) {
    text_.name = name;
    text_.fixed = fixed;
    text_.view = view.empty() ? name : view;
  }
  template <class T>
  void operator()(std::string_view column, const T&) {
    text_.columns.emplace_back(column);
  }
  void blob(std::string_view column, const std::string&) { text_.columns.emplace_back(column); }
  template <class T>
  void found(std::string_view column, const T&) {
    text_.found.emplace_back(column);
  }
  TableText take() { return std::move(text_); }

 private:
  TableText text_;
};

template <class Row>
TableText table_of() {
  TableReader reader;
  const Row row{};
  columns(reader, row);
  return reader.take();
}

// Statements made of a table's columns.
std::string column_list(const TableText& table);  // separated by commas
std::string insert_sql(const TableText& table);
std::string replace_sql(const TableText& table);  // removes what is in its way
std::string update_sql(const TableText& table);
std::string upsert_sql(const TableText& table);  // by its fixed columns
std::string select_sql(const TableText& table,
                       std::string_view rest);  // rest: WHERE, ORDER BY …

}  // namespace favorhook::store::sqlite
