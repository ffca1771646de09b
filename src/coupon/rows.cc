#include "coupon/rows.h"

#include "coupon/words.h"

namespace favorhook::coupon {
namespace {

// Protocol §6.4.
constexpr std::array kStockTypes = {
    Word{StockType::normal, "NORMAL"},
    Word{StockType::discount, "DISCOUNT"},
    Word{StockType::exchange, "EXCHANGE"},
};

constexpr std::array kCodeModes = {
    Word{CodeMode::wechatpay, "WECHATPAY_MODE"},
    Word{CodeMode::merchant_api, "MERCHANT_API"},
    Word{CodeMode::merchant_upload, "MERCHANT_UPLOAD"},
};

// Protocol §6.1; STOPED is the wire's spelling.
constexpr std::array kStockStates = {
    Word{StockState::unaudit, "UNAUDIT"},
    Word{StockState::running, "RUNNING"},
    Word{StockState::stoped, "STOPED"},
    Word{StockState::paused, "PAUSED"},
};

// Protocol §6.2.
constexpr std::array kCouponStates = {
    Word{CouponState::sended, "SENDED"},           Word{CouponState::used, "USED"},
    Word{CouponState::expired, "EXPIRED"},         Word{CouponState::deleted, "DELETED"},
    Word{CouponState::deactivated, "DEACTIVATED"},
};

// Favorhook's own words: lower case, since they never go out on the wire.
constexpr std::array kEventStates = {
    Word{EventState::withheld, "withheld"},   Word{EventState::pending, "pending"},
    Word{EventState::delivered, "delivered"}, Word{EventState::exhausted, "exhausted"},
    Word{EventState::cancelled, "cancelled"},
};

constexpr std::array kWithheldReasons = {
    Word{WithheldReason::none, "none"},
    Word{WithheldReason::no_url, "no_url"},
    Word{WithheldReason::no_apiv3_key, "no_apiv3_key"},
    Word{WithheldReason::push_off, "push_off"},
    Word{WithheldReason::host_refused, "host_refused"},
};

}  // namespace

std::string_view to_text(StockType value) {
  return text_of(kStockTypes, value);
}
std::string_view to_text(CodeMode value) {
  return text_of(kCodeModes, value);
}
std::string_view to_text(StockState value) {
  return text_of(kStockStates, value);
}
std::string_view to_text(CouponState value) {
  return text_of(kCouponStates, value);
}
std::string_view to_text(EventState value) {
  return text_of(kEventStates, value);
}
std::string_view to_text(WithheldReason value) {
  return text_of(kWithheldReasons, value);
}

std::optional<StockType> stock_type_from(std::string_view text) {
  return value_of<StockType>(kStockTypes, text);
}
std::optional<CodeMode> code_mode_from(std::string_view text) {
  return value_of<CodeMode>(kCodeModes, text);
}
std::optional<StockState> stock_state_from(std::string_view text) {
  return value_of<StockState>(kStockStates, text);
}
std::optional<CouponState> coupon_state_from(std::string_view text) {
  return value_of<CouponState>(kCouponStates, text);
}
std::optional<EventState> event_state_from(std::string_view text) {
  return value_of<EventState>(kEventStates, text);
}
std::optional<WithheldReason> withheld_reason_from(std::string_view text) {
  return value_of<WithheldReason>(kWithheldReasons, text);
}

}  // namespace favorhook::coupon
