// What callers ask for, after their request was authenticated and its fields checked; and what they
// are told.
//
//   const Command command = SetCallback{caller, mchid, notify_url};
//   const auto& told = std::get<CallbackSet>(*decide(command, state, context));
//
// Values. Names are the wire's.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "apiv3/errors.h"
#include "base/result.h"
#include "coupon/rows.h"

namespace favorhook::coupon {

struct SetCallback {  // POST callbacks (protocol §3.9)
  std::string caller;
  std::string mchid;
  std::string notify_url;
};

struct CreateStock {  // POST stocks (protocol §3.2)
  std::string caller;
  // As the request says; stock_id, creator_mchid, stock_state and create_time are decide()'s.
  Stock stock;
};

struct SendCoupon {  // POST coupons/send (protocol §3.11)
  std::string caller;
  std::string stock_id;
  std::string openid;
  std::string appid;
  std::string out_request_no;
  std::string coupon_code;  // MERCHANT_API; else empty
  std::string request_digest;
};

// A person known under one or several appids, and by a unionid in a group: operator's data
// (favorhook user import).
struct ImportUser {
  std::vector<std::pair<std::string, std::string>> openids;   // appid, openid; at least one
  std::vector<std::pair<std::string, std::string>> unionids;  // group, unionid
};

using Command = std::variant<SetCallback, CreateStock, SendCoupon, ImportUser>;

struct CallbackSet {
  Callback callback;
};
struct StockCreated {
  std::string stock_id;
  BusinessTime create_time;
};
struct CouponSent {
  std::string stock_id;
  std::string out_request_no;
  std::string coupon_code;
};
struct UserImported {
  std::int64_t person;
};

using Outcome = std::variant<CallbackSet, StockCreated, CouponSent, UserImported>;
using Decision = Result<Outcome, apiv3::Refusal>;

}  // namespace favorhook::coupon
