// Enumerations are kept as the words of coupon::to_text; this reads them back.
#pragma once

#include <optional>
#include <string_view>

#include "coupon/rows.h"

namespace favorhook::store::sqlite {

template <class E>
bool take_word(std::optional<E> word, E& value) {
  if (word) value = *word;
  return word.has_value();
}

// False where the text is none of the words.
inline bool read_word(std::string_view text, coupon::StockType& value) {
  return take_word(coupon::stock_type_from(text), value);
}
inline bool read_word(std::string_view text, coupon::CodeMode& value) {
  return take_word(coupon::code_mode_from(text), value);
}
inline bool read_word(std::string_view text, coupon::StockState& value) {
  return take_word(coupon::stock_state_from(text), value);
}
inline bool read_word(std::string_view text, coupon::CouponState& value) {
  return take_word(coupon::coupon_state_from(text), value);
}
inline bool read_word(std::string_view text, coupon::EventState& value) {
  return take_word(coupon::event_state_from(text), value);
}
inline bool read_word(std::string_view text, coupon::WithheldReason& value) {
  return take_word(coupon::withheld_reason_from(text), value);
}

}  // namespace favorhook::store::sqlite
