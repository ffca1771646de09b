// What favorhook remembers, as values: one struct a table. The store persists them, decide() makes
// them.
//
// Field names are WeChat Pay's where it has a name. Money is in fen. Every row names its creator,
// so that the tables can be distributed by it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clocks.h"

namespace favorhook::coupon {

// The notification URL of a merchant (protocol §3.9).
struct Callback {
  std::string mchid;
  std::string notify_url;
  BusinessTime update_time;
};

enum class StockType { normal, discount, exchange };
enum class CodeMode { wechatpay, merchant_api, merchant_upload };
enum class StockState { unaudit, running, stoped, paused };

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
};

// Counters of a stock, apart from it because they change with every coupon.
struct StockCount {
  std::string stock_id;
  std::int64_t total_send_num = 0;
  std::int64_t today = 0;  // day_in_china of today_send_num
  std::int64_t today_send_num = 0;
};

enum class CouponState { sended, used, expired, deleted, deactivated };

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
};

// How many coupons of a stock a person has got: max_coupons_per_user holds per person, whatever the
// appid.
struct UserCount {
  std::string stock_id;
  std::int64_t person = 0;
  std::int64_t send_num = 0;
};

// A person under one appid. `person` is internal and grows.
struct User {
  std::string appid;
  std::string openid;
  std::int64_t person = 0;
};

// A person's unionid within one group of appids (an Open Platform account).
struct Union {
  std::string group;
  std::int64_t person = 0;
  std::string unionid;
};

// A number that only grows: `stock:<mchid>`, `code`, `coupon`, `event`, `person`, `merchant`.
struct Sequence {
  std::string name;
  std::int64_t last = 0;
};

enum class EventState { withheld, pending, delivered, exhausted, cancelled };

// Why a withheld event is not sent (protocol §2.5).
enum class WithheldReason {
  none,
  no_url,        // the creator has set no notification URL
  no_apiv3_key,  // the creator has no APIv3 key
  push_off,      // 营销事件推送 is off
  host_refused,  // the egress policy refuses the URL's host
};

// Something that happened and that its receiver is to hear of.
struct Event {
  std::int64_t seq = 0;    // grows; internal
  std::string id;          // UUIDv7; the notification's id in every attempt
  std::string receiver;    // mchid of the stock's creator
  std::string event_type;  // COUPON.SEND
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
};

// The words under which states and reasons are stored, shown and scripted against.
std::string_view to_text(StockType value);
std::string_view to_text(CodeMode value);
std::string_view to_text(StockState value);
std::string_view to_text(CouponState value);
std::string_view to_text(EventState value);
std::string_view to_text(WithheldReason value);
std::optional<StockType> stock_type_from(std::string_view text);
std::optional<CodeMode> code_mode_from(std::string_view text);
std::optional<StockState> stock_state_from(std::string_view text);
std::optional<CouponState> coupon_state_from(std::string_view text);
std::optional<EventState> event_state_from(std::string_view text);
std::optional<WithheldReason> withheld_reason_from(std::string_view text);

}  // namespace favorhook::coupon
