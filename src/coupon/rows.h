// What favorhook remembers, as values: one struct a table, with what describes it (base/row.h). The
// store persists them, decide() makes them.
//
// Field names are WeChat Pay's where it has a name. Money is in fen. Every row names its creator,
// so that the tables can be distributed by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clocks.h"
#include "base/row.h"
#include "base/words.h"

namespace favorhook::coupon {

// The notification URL of a merchant (protocol §3.9).
struct Callback {
  std::string mchid;
  std::string notify_url;
  BusinessTime update_time;

  static constexpr const char* kTable = "callbacks";
  using Key = KeyOf<&Callback::mchid>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("mchid", row.mchid);
    io("notify_url", row.notify_url);
    io("update_time", row.update_time);
  }
};

enum class StockType { normal, discount, exchange };
// Protocol §6.4.
constexpr auto words(StockType) {
  return std::to_array<Word<StockType>>({{StockType::normal, "NORMAL"},
                                         {StockType::discount, "DISCOUNT"},
                                         {StockType::exchange, "EXCHANGE"}});
}

enum class CodeMode { wechatpay, merchant_api, merchant_upload };
constexpr auto words(CodeMode) {
  return std::to_array<Word<CodeMode>>({{CodeMode::wechatpay, "WECHATPAY_MODE"},
                                        {CodeMode::merchant_api, "MERCHANT_API"},
                                        {CodeMode::merchant_upload, "MERCHANT_UPLOAD"}});
}

enum class StockState { unaudit, running, stoped, paused };
// Protocol §6.1; STOPED is the wire's spelling.
constexpr auto words(StockState) {
  return std::to_array<Word<StockState>>({{StockState::unaudit, "UNAUDIT"},
                                          {StockState::running, "RUNNING"},
                                          {StockState::stoped, "STOPED"},
                                          {StockState::paused, "PAUSED"}});
}

// A batch of coupons (protocol §3.2). `terms_json` is the create request's body without
// out_request_no, as sorted compact JSON: what GET gives back. The other members are what decisions
// need of it.
struct Stock {
  std::string stock_id;  // the creator's 6-digit number and a 10-digit counter
  std::string creator_mchid;
  std::string belong_merchant;
  std::string out_request_no;
  // SHA-256 of the request, to tell a repetition from a reuse of its number.
  std::string request_digest;
  std::string terms_json;
  StockType stock_type = StockType::normal;
  CodeMode coupon_code_mode = CodeMode::wechatpay;
  StockState stock_state = StockState::running;
  BusinessTime available_begin_time;
  BusinessTime available_end_time;
  std::int64_t available_day_after_receive = 0;     // 0: not given
  std::int64_t wait_days_after_receive = 0;         // 0: not given
  std::int64_t available_second_after_receive = 0;  // 0: not given
  std::int64_t max_coupons = 0;
  std::int64_t max_coupons_per_user = 0;
  std::int64_t max_coupons_by_day = 0;   // 0: no bound
  std::int64_t discount_amount_fen = 0;  // NORMAL only
  std::string notify_appid;              // empty: not given
  BusinessTime create_time;

  static constexpr const char* kTable = "stocks";
  using Key = KeyOf<&Stock::stock_id>;
  using ByRequest = KeyOf<&Stock::creator_mchid, &Stock::out_request_no>;
  using Indexes = TypeList<ByRequest>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
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
};

// Counters of a stock, apart from it because they change with every coupon.
struct StockCount {
  std::string stock_id;
  std::int64_t total_send_num = 0;
  std::int64_t today = 0;  // day_in_china of today_send_num
  std::int64_t today_send_num = 0;

  static constexpr const char* kTable = "stock_counts";
  using Key = KeyOf<&StockCount::stock_id>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("stock_id", row.stock_id);
    io("total_send_num", row.total_send_num);
    io("today", row.today);
    io("today_send_num", row.today_send_num);
  }
};

enum class CouponState { sended, used, expired, deleted, deactivated };
// Protocol §6.2.
constexpr auto words(CouponState) {
  return std::to_array<Word<CouponState>>({{CouponState::sended, "SENDED"},
                                           {CouponState::used, "USED"},
                                           {CouponState::expired, "EXPIRED"},
                                           {CouponState::deleted, "DELETED"},
                                           {CouponState::deactivated, "DEACTIVATED"}});
}

struct Coupon {
  std::int64_t id = 0;  // grows; internal
  std::string creator_mchid;
  std::string stock_id;
  std::string coupon_code;
  CouponState coupon_state = CouponState::sended;
  std::string send_merchant;
  std::string out_request_no;
  std::string request_digest;
  std::string appid;  // under which `openid` is
  std::string openid;
  std::int64_t person = 0;
  BusinessTime send_time;
  BusinessTime available_start_time;
  BusinessTime expire_time;

  static constexpr const char* kTable = "coupons";
  using Key = KeyOf<&Coupon::id>;
  using ByRequest = KeyOf<&Coupon::send_merchant, &Coupon::out_request_no>;
  using ByCode = KeyOf<&Coupon::stock_id, &Coupon::coupon_code>;
  using Indexes = TypeList<ByRequest, ByCode>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("id", row.id);
    io.fixed("creator_mchid", row.creator_mchid);
    io("stock_id", row.stock_id);
    io("coupon_code", row.coupon_code);
    io("send_merchant", row.send_merchant);
    io("out_request_no", row.out_request_no);
    io("coupon_state", row.coupon_state);
    io.blob("request_digest", row.request_digest);
    io.fixed("appid", row.appid);
    io.fixed("openid", row.openid);
    io.fixed("person", row.person);
    io.fixed("send_time", row.send_time);
    io("available_start_time", row.available_start_time);
    io("expire_time", row.expire_time);
  }
};

// How many coupons of a stock a person has got: max_coupons_per_user holds per person, whatever the
// appid.
struct UserCount {
  std::string stock_id;
  std::int64_t person = 0;
  std::int64_t send_num = 0;

  static constexpr const char* kTable = "user_counts";
  using Key = KeyOf<&UserCount::stock_id, &UserCount::person>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("stock_id", row.stock_id);
    io("person", row.person);
    io("send_num", row.send_num);
  }
};

// A person under one appid. `person` is internal and grows.
struct User {
  std::string appid;
  std::string openid;
  std::int64_t person = 0;

  static constexpr const char* kTable = "users";
  using Key = KeyOf<&User::appid, &User::openid>;
  using ByPerson = KeyOf<&User::appid, &User::person>;
  using Indexes = TypeList<ByPerson>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("appid", row.appid);
    io("openid", row.openid);
    io("person", row.person);
  }
};

// A person's unionid within one group of appids (an Open Platform account).
struct Union {
  std::string group;
  std::int64_t person = 0;
  std::string unionid;

  static constexpr const char* kTable = "unions";
  using Key = KeyOf<&Union::group, &Union::person>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("unionid_group", row.group);
    io("person", row.person);
    io("unionid", row.unionid);
  }
};

// A number that only grows: `stock:<mchid>`, `code`, `coupon`, `event`, `person`, `merchant`.
struct Sequence {
  std::string name;
  std::int64_t last = 0;

  static constexpr const char* kTable = "sequences";
  using Key = KeyOf<&Sequence::name>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("name", row.name);
    io("last", row.last);
  }
};

enum class EventState { withheld, pending, delivered, exhausted, cancelled };
// Favorhook's own words: lower case, since they never go out on the wire.
constexpr auto words(EventState) {
  return std::to_array<Word<EventState>>({{EventState::withheld, "withheld"},
                                          {EventState::pending, "pending"},
                                          {EventState::delivered, "delivered"},
                                          {EventState::exhausted, "exhausted"},
                                          {EventState::cancelled, "cancelled"}});
}

// Why a withheld event is not sent (protocol §2.5).
enum class WithheldReason {
  none,
  no_url,        // the creator has set no notification URL
  no_apiv3_key,  // the creator has no APIv3 key
  push_off,      // 营销事件推送 is off
  host_refused,  // the egress policy refuses the URL's host
};
constexpr auto words(WithheldReason) {
  return std::to_array<Word<WithheldReason>>({{WithheldReason::none, "none"},
                                              {WithheldReason::no_url, "no_url"},
                                              {WithheldReason::no_apiv3_key, "no_apiv3_key"},
                                              {WithheldReason::push_off, "push_off"},
                                              {WithheldReason::host_refused, "host_refused"}});
}

// Something that happened and that its receiver is to hear of.
struct Event {
  std::int64_t seq = 0;    // grows; internal
  std::string id;          // UUIDv7; the notification's id in every attempt
  std::string receiver;    // mchid of the stock's creator
  std::string event_type;  // one of event_kinds.h
  std::string stock_id;
  std::string coupon_code;
  BusinessTime create_time;
  std::string plaintext;  // compact JSON in the documents' order (protocol §4.1)
  EventState state = EventState::pending;
  WithheldReason withheld_reason = WithheldReason::none;
  BusinessTime due;        // of the next attempt, while pending
  bool in_flight = false;  // an attempt's intent is recorded, its result is not; kept by that alone
  std::uint32_t attempts = 0;          // all, also those that do not count
  std::uint32_t attempts_counted = 0;  // steps taken on the ladder
  std::uint32_t attempts_unknown = 0;  // outcome unknown (crash), not counted
  // Number of the first attempt of the ladder it is on: a resend begins a new one. 0: not known,
  // the row was made before schema version 3.
  std::uint32_t ladder_from = 1;
  std::optional<BusinessTime> last_attempt;
  std::optional<BusinessTime> finished;  // delivered, exhausted or cancelled at

  static constexpr const char* kTable = "events";
  static constexpr const char* kView = "events_now";
  using Key = KeyOf<&Event::seq>;
  using ById = KeyOf<&Event::id>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("seq", row.seq);
    io.fixed("id", row.id);
    io.fixed("receiver", row.receiver);
    io("state", row.state);
    io("withheld_reason", row.withheld_reason);
    io("due", row.due);
    io("attempts", row.attempts);
    io("attempts_counted", row.attempts_counted);
    io("attempts_unknown", row.attempts_unknown);
    io("ladder_from", row.ladder_from);
    io("last_attempt", row.last_attempt);
    io("finished", row.finished);
    io.fixed("create_time", row.create_time);
    io.fixed("event_type", row.event_type);
    io.fixed("stock_id", row.stock_id);
    io.fixed("coupon_code", row.coupon_code);
    io.fixed("plaintext", row.plaintext);
    io.found("in_flight", row.in_flight);
  }
};

// Every row of the business, in the order in which a batch writes them and a scan shows them.
using BusinessRows =
    TypeList<Sequence, User, Union, Callback, Stock, StockCount, Coupon, UserCount, Event>;

}  // namespace favorhook::coupon
