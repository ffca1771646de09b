#include <fmt/format.h>

#include <optional>

#include "apiv3/parameter_refusal.h"
#include "base/probe.h"
#include "base/time_text.h"
#include "coupon/coupon_event.h"
#include "coupon/decide_commands.h"
#include "coupon/users.h"
#include "coupon/validity.h"

namespace favorhook::coupon {
namespace {

using apiv3::ErrorId;
using apiv3::FieldSource;
using apiv3::Refusal;
using apiv3::refuse;

constexpr const char* kCouponSequence = "coupon";
constexpr const char* kCodeSequence = "code";
constexpr const char* kEventSequence = "event";
// Live codes of WECHATPAY_MODE begin with 1201 (protocol §6.4): the first 10 digits count on from
// here, which keeps that beginning for the first million and the 22 digits for 8.7 thousand
// million.
constexpr std::int64_t kFirstCode = 1'201'000'000;

// Who may send coupons of this stock, and under which appids (protocol §3.11).
std::optional<Refusal> authority_fault(const SendCoupon& command, const Stock& stock,
                                       const Directory& directory) {
  const Merchant* caller = directory.find(command.caller);
  if (caller == nullptr || !caller->api_send) return Refusal{ErrorId::api_send_not_allowed};
  if (!directory.may_act_for(command.caller, stock.creator_mchid) &&
      !directory.may_act_for(command.caller, stock.belong_merchant)) {
    return Refusal{ErrorId::no_auth};
  }
  const bool bound = directory.appid_bound(command.appid, command.caller) ||
                     directory.appid_bound(command.appid, stock.belong_merchant) ||
                     directory.appid_bound(command.appid, stock.creator_mchid);
  if (!bound) return Refusal{ErrorId::appid_mchid_not_match};
  return std::nullopt;
}

std::optional<Refusal> stock_fault(const Stock& stock, BusinessTime now) {
  if (stock.stock_state != StockState::running) return Refusal{ErrorId::stock_not_running};
  if (now > stock.available_end_time) return Refusal{ErrorId::coupon_not_in_validity};
  return std::nullopt;
}

// Whether the request may, must or must not bring a code, by the stock's mode (protocol §3.11).
std::optional<Refusal> code_fault(const SendCoupon& command, const Stock& stock,
                                  const State& state) {
  switch (stock.coupon_code_mode) {
    case CodeMode::wechatpay:
      if (!command.coupon_code.empty()) return Refusal{ErrorId::code_mode_illegal};
      return std::nullopt;
    case CodeMode::merchant_upload:
      return Refusal{ErrorId::code_mode_illegal};  // there is no way to upload codes
    case CodeMode::merchant_api:
      break;
  }
  if (command.coupon_code.empty()) {
    return apiv3::missing_field_refusal("/coupon_code", "券code", FieldSource::body);
  }
  if (state.find<Coupon::ByCode>(stock.stock_id, command.coupon_code) != nullptr) {
    return Refusal{ErrorId::coupon_code_already_exists};
  }
  return std::nullopt;
}

// The stock's counters as they are on the day of `now`.
StockCount count_today(const State& state, const std::string& stock_id, BusinessTime now) {
  const StockCount* row = state.find<StockCount>(stock_id);
  StockCount count = row == nullptr ? StockCount{.stock_id = stock_id} : *row;
  const std::int64_t today = day_in_china(now);
  if (count.today != today) {
    if (row != nullptr) probe("coupon.another_day");
    count.today_send_num = 0;
  }
  count.today = today;
  return count;
}

std::int64_t sent_to(const State& state, const std::string& stock_id, const User* user) {
  if (user == nullptr) return 0;
  const UserCount* count = state.peek<UserCount>(stock_id, user->person);
  return count == nullptr ? 0 : count->send_num;
}

std::optional<Refusal> limit_fault(const Stock& stock, const StockCount& count,
                                   std::int64_t sent_to_user) {
  if (count.total_send_num >= stock.max_coupons) return Refusal{ErrorId::stock_exhausted};
  if (stock.max_coupons_by_day > 0 && count.today_send_num >= stock.max_coupons_by_day) {
    return Refusal{ErrorId::stock_exhausted};
  }
  if (sent_to_user >= stock.max_coupons_per_user) return Refusal{ErrorId::user_limit_reached};
  return std::nullopt;
}

Coupon make_coupon(const SendCoupon& command, const Stock& stock, std::int64_t person, State& state,
                   const Context& context) {
  Coupon coupon;
  coupon.id = state.next(kCouponSequence);
  coupon.creator_mchid = stock.creator_mchid;
  coupon.stock_id = stock.stock_id;
  coupon.coupon_code = command.coupon_code;
  if (stock.coupon_code_mode == CodeMode::wechatpay) {
    coupon.coupon_code = fmt::format("{}{}", kFirstCode + state.next(kCodeSequence),
                                     context.random.text(12, kDigits));
  }
  coupon.send_merchant = command.caller;
  coupon.out_request_no = command.out_request_no;
  coupon.request_digest = command.request_digest;
  coupon.appid = command.appid;
  coupon.openid = command.openid;
  coupon.person = person;
  coupon.send_time = context.now;
  const Validity validity = validity_of(stock, context.now);
  coupon.available_start_time = validity.start;
  coupon.expire_time = validity.expire;
  return coupon;
}

void count_coupon(const Coupon& coupon, StockCount count, State& state) {
  ++count.total_send_num;
  ++count.today_send_num;
  state.put(count);
  const UserCount* before = state.peek<UserCount>(coupon.stock_id, coupon.person);
  state.put(
      UserCount{coupon.stock_id, coupon.person, (before == nullptr ? 0 : before->send_num) + 1});
}

// Everything that a send changes, once nothing stands against it.
CouponSent issue(const SendCoupon& command, const Stock& stock, const StockCount& count,
                 State& state, const Context& context) {
  const User* user = state.find<User>(command.appid, command.openid);
  const std::int64_t person =
      user == nullptr ? make_user(state, command.appid, command.openid) : user->person;
  const Coupon coupon = make_coupon(command, stock, person, state, context);
  state.put(coupon);
  count_coupon(coupon, count, state);

  // Without notify_appid the notice names nobody (protocol §2.5).
  Identity identity;
  if (!stock.notify_appid.empty()) {
    identity = identity_under(state, context, stock.notify_appid, person);
  }
  const std::int64_t seq = state.next(kEventSequence);
  state.put(
      coupon_send_event(seq, coupon, identity, state.find<Callback>(stock.creator_mchid), context));
  return {coupon.stock_id, coupon.out_request_no, coupon.coupon_code};
}

}  // namespace

bool want_rows(const SendCoupon& command, State& state, const Context& context) {
  bool more = state.want<Stock>(command.stock_id);
  more |= state.want<StockCount>(command.stock_id);
  more |= state.want<Coupon::ByRequest>(command.caller, command.out_request_no);
  more |= state.want<User>(command.appid, command.openid);
  if (!command.coupon_code.empty()) {
    more |= state.want<Coupon::ByCode>(command.stock_id, command.coupon_code);
  }
  for (const char* name : {kCouponSequence, kCodeSequence, kEventSequence, kPersonSequence}) {
    more |= state.want<Sequence>(name);
  }
  // From here on, what the first rows lead to.
  const Stock* stock = state.peek<Stock>(command.stock_id);
  if (stock == nullptr) return more;
  more |= state.want<Callback>(stock->creator_mchid);
  const User* user = state.peek<User>(command.appid, command.openid);
  // Of a person made in this batch the store can have no further rows.
  if (user == nullptr || state.made_here(kPersonSequence, user->person)) return more;
  more |= state.want<UserCount>(command.stock_id, user->person);
  if (!stock->notify_appid.empty()) {
    more |= want_identity(state, context, stock->notify_appid, user->person);
  }
  return more;
}

// Protocol §3.11. The order of the refusals: what is asked about, who asks, for whom; then whether
// the request was answered before, so that its repetition succeeds also when a bound has since been
// reached; then the stock's rules.
Decision decide_command(const SendCoupon& command, State& state, const Context& context) {
  const Stock* stock = state.find<Stock>(command.stock_id);
  if (stock == nullptr) return refuse(ErrorId::resource_not_exists);
  if (auto fault = authority_fault(command, *stock, context.directory)) return refuse(*fault);
  const User* user = state.find<User>(command.appid, command.openid);
  const bool user_exists = user != nullptr || context.sandbox;
  if (!well_formed_openid(command.openid) || !user_exists) return refuse(ErrorId::user_not_exists);

  if (const Coupon* sent = state.find<Coupon::ByRequest>(command.caller, command.out_request_no)) {
    probe("coupon.same_request_again");
    if (sent->request_digest != command.request_digest) {
      return refuse(ErrorId::request_repeated_differently);
    }
    return CouponSent{sent->stock_id, sent->out_request_no, sent->coupon_code};
  }
  if (auto fault = stock_fault(*stock, context.now)) return refuse(*fault);
  if (auto fault = code_fault(command, *stock, state)) return refuse(*fault);
  const StockCount count = count_today(state, stock->stock_id, context.now);
  const std::int64_t sent_to_user = sent_to(state, stock->stock_id, user);
  if (auto fault = limit_fault(*stock, count, sent_to_user)) return refuse(*fault);
  return issue(command, *stock, count, state, context);
}

}  // namespace favorhook::coupon
