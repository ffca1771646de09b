// The columns of each table, once: columns() gives a row's members in the order of the names in
// table_of(). A Binder takes them as values, Columns fills them.
//
//   columns(binder, event);     // event's members become ?1, ?2, …
//
// The first `fixed` columns of a table identify the row and never change; updates find it by them
// and write the others.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include "coupon/rows.h"
#include "store/rows.h"

namespace favorhook::store::sqlite {

struct TableText {
  std::string_view name;
  std::string_view columns;  // separated by one comma
  int fixed;
  // Where rows are read from a view, which may add columns that are not kept but found.
  std::string_view view{};
  std::string_view found{};  // as `columns`, behind them; Binder::found and Columns::found
};

template <class Row, class Of>
concept Like = std::same_as<std::remove_const_t<Row>, Of>;

template <class Row>
constexpr TableText table_of();

template <>
constexpr TableText table_of<coupon::Callback>() {
  return {"callbacks", "mchid,notify_url,update_time", 1};
}
template <class Io, Like<coupon::Callback> Row>
void columns(Io& io, Row& row) {
  io(row.mchid), io(row.notify_url), io(row.update_time);
}

template <>
constexpr TableText table_of<coupon::Stock>() {
  return {"stocks",
          "stock_id,creator_mchid,out_request_no,belong_merchant,request_digest,terms_json,"
          "stock_type,coupon_code_mode,stock_state,available_begin_time,available_end_time,"
          "available_day_after_receive,wait_days_after_receive,available_second_after_receive,"
          "max_coupons,max_coupons_per_user,max_coupons_by_day,discount_amount_fen,notify_appid,"
          "create_time",
          3};
}
template <class Io, Like<coupon::Stock> Row>
void columns(Io& io, Row& row) {
  io(row.stock_id), io(row.creator_mchid), io(row.out_request_no), io(row.belong_merchant);
  io.blob(row.request_digest);
  io(row.terms_json), io(row.stock_type), io(row.coupon_code_mode), io(row.stock_state);
  io(row.available_begin_time), io(row.available_end_time), io(row.available_day_after_receive);
  io(row.wait_days_after_receive), io(row.available_second_after_receive), io(row.max_coupons);
  io(row.max_coupons_per_user), io(row.max_coupons_by_day), io(row.discount_amount_fen);
  io(row.notify_appid), io(row.create_time);
}

template <>
constexpr TableText table_of<coupon::StockCount>() {
  return {"stock_counts", "stock_id,total_send_num,today,today_send_num", 1};
}
template <class Io, Like<coupon::StockCount> Row>
void columns(Io& io, Row& row) {
  io(row.stock_id), io(row.total_send_num), io(row.today), io(row.today_send_num);
}

template <>
constexpr TableText table_of<coupon::Coupon>() {
  return {"coupons",
          "id,creator_mchid,stock_id,coupon_code,send_merchant,out_request_no,coupon_state,"
          "request_digest,appid,openid,person,send_time,available_start_time,expire_time",
          6};
}
template <class Io, Like<coupon::Coupon> Row>
void columns(Io& io, Row& row) {
  io(row.id), io(row.creator_mchid), io(row.stock_id), io(row.coupon_code), io(row.send_merchant);
  io(row.out_request_no), io(row.coupon_state);
  io.blob(row.request_digest);
  io(row.appid), io(row.openid), io(row.person), io(row.send_time), io(row.available_start_time);
  io(row.expire_time);
}

template <>
constexpr TableText table_of<coupon::UserCount>() {
  return {"user_counts", "stock_id,person,send_num", 2};
}
template <class Io, Like<coupon::UserCount> Row>
void columns(Io& io, Row& row) {
  io(row.stock_id), io(row.person), io(row.send_num);
}

template <>
constexpr TableText table_of<coupon::User>() {
  return {"users", "appid,openid,person", 2};
}
template <class Io, Like<coupon::User> Row>
void columns(Io& io, Row& row) {
  io(row.appid), io(row.openid), io(row.person);
}

template <>
constexpr TableText table_of<coupon::Union>() {
  return {"unions", "unionid_group,person,unionid", 2};
}
template <class Io, Like<coupon::Union> Row>
void columns(Io& io, Row& row) {
  io(row.group), io(row.person), io(row.unionid);
}

template <>
constexpr TableText table_of<coupon::Sequence>() {
  return {"sequences", "name,last", 1};
}
template <class Io, Like<coupon::Sequence> Row>
void columns(Io& io, Row& row) {
  io(row.name), io(row.last);
}

template <>
constexpr TableText table_of<coupon::Event>() {
  return {"events",
          "seq,id,receiver,state,withheld_reason,due,attempts,attempts_counted,attempts_unknown,"
          "ladder_from,last_attempt,finished,create_time,event_type,stock_id,coupon_code,plaintext",
          3, "events_now", "in_flight"};
}
template <class Io, Like<coupon::Event> Row>
void columns(Io& io, Row& row) {
  io(row.seq), io(row.id), io(row.receiver), io(row.state), io(row.withheld_reason), io(row.due);
  io(row.attempts), io(row.attempts_counted), io(row.attempts_unknown), io(row.ladder_from);
  io(row.last_attempt), io(row.finished), io(row.create_time), io(row.event_type);
  io(row.stock_id), io(row.coupon_code), io(row.plaintext);
  io.found(row.in_flight);
}

template <>
constexpr TableText table_of<Attempt>() {
  return {"attempts",
          "event_seq,number,nonce,url,started,verdict,serial,status,answer_head,detail,peer,"
          "dns_us,connect_us,tls_us,first_byte_us,total_us,counted,connection_reused,finished,"
          "next_due",
          2, "attempts_now"};
}
template <class Io, Like<Attempt> Row>
void columns(Io& io, Row& row) {
  io(row.event_seq), io(row.number), io(row.nonce), io(row.url), io(row.started), io(row.verdict);
  io(row.serial), io(row.status);
  io.blob(row.answer_head);  // whatever bytes the receiver sent
  io(row.detail), io(row.peer), io(row.phases.dns), io(row.phases.connect), io(row.phases.tls);
  io(row.phases.first_byte), io(row.phases.total), io(row.counted), io(row.connection_reused);
  io(row.finished), io(row.next_due);
}

// An intent: the part of an attempt that is known before its first byte leaves.
struct Flight {
  Attempt intent;
};

template <>
constexpr TableText table_of<Flight>() {
  return {"flights", "event_seq,number,nonce,url,started", 1};
}
template <class Io, Like<Flight> Row>
void columns(Io& io, Row& row) {
  auto& intent = row.intent;
  io(intent.event_seq), io(intent.number), io(intent.nonce), io(intent.url), io(intent.started);
}

template <>
constexpr TableText table_of<MerchantRow>() {
  return {"merchants", "mchid,name,kind,number,mode,event_push,api_send,gray_percent", 1};
}
template <class Io, Like<MerchantRow> Row>
void columns(Io& io, Row& row) {
  io(row.mchid), io(row.name), io(row.kind), io(row.number), io(row.mode), io(row.event_push);
  io(row.api_send), io(row.gray_percent);
}

template <>
constexpr TableText table_of<MerchantCertificateRow>() {
  return {"merchant_certificates", "mchid,serial_no,pem,not_before,not_after,revoked", 2};
}
template <class Io, Like<MerchantCertificateRow> Row>
void columns(Io& io, Row& row) {
  io(row.mchid), io(row.serial_no), io(row.pem), io(row.not_before), io(row.not_after);
  io(row.revoked);
}

template <>
constexpr TableText table_of<Apiv3KeyRow>() {
  return {"apiv3_keys", "mchid,valid_from,sealed_key", 2};
}
template <class Io, Like<Apiv3KeyRow> Row>
void columns(Io& io, Row& row) {
  io(row.mchid), io(row.valid_from), io(row.key);
}

template <>
constexpr TableText table_of<RelationRow>() {
  return {"relations", "parent,child", 2};
}
template <class Io, Like<RelationRow> Row>
void columns(Io& io, Row& row) {
  io(row.parent), io(row.child);
}

template <>
constexpr TableText table_of<MerchantAppRow>() {
  return {"merchant_apps", "mchid,appid", 2};
}
template <class Io, Like<MerchantAppRow> Row>
void columns(Io& io, Row& row) {
  io(row.mchid), io(row.appid);
}

template <>
constexpr TableText table_of<AppRow>() {
  return {"apps", "appid,unionid_group", 1};
}
template <class Io, Like<AppRow> Row>
void columns(Io& io, Row& row) {
  io(row.appid), io(row.unionid_group);
}

template <>
constexpr TableText table_of<PlatformKeyRow>() {
  return {"platform_keys", "serial,mode,certificate_pem,sealed_key,not_before,not_after", 1};
}
template <class Io, Like<PlatformKeyRow> Row>
void columns(Io& io, Row& row) {
  io(row.serial), io(row.mode), io(row.certificate_pem), io(row.key_pem), io(row.not_before);
  io(row.not_after);
}

template <>
constexpr TableText table_of<SecretRow>() {
  return {"secrets", "name,sealed_value", 1};
}
template <class Io, Like<SecretRow> Row>
void columns(Io& io, Row& row) {
  io(row.name), io(row.value);
}

// INSERT, UPDATE and SELECT made of a table's columns.
std::string insert_sql(const TableText& table);
std::string update_sql(const TableText& table);
std::string upsert_sql(const TableText& table);  // by its fixed columns
std::string select_sql(const TableText& table,
                       std::string_view rest);  // rest: WHERE, ORDER BY …

}  // namespace favorhook::store::sqlite
