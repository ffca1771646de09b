// Enumerators and the words they are written as, in one table a type: private to coupon/.
//
//   constexpr std::array kWords = {Word{CodeMode::wechatpay, "WECHATPAY_MODE"}, …};
//   std::string_view text = text_of(kWords, mode);
//
// Pure functions. Errors: an enumerator without a word is a bug and CHECKs.
#pragma once

#include <optional>
#include <string_view>

#include "base/check.h"

namespace favorhook::coupon {

template <class Enum>
struct Word {
  Enum value;
  std::string_view text;
};

template <class Table, class Enum>
std::string_view text_of(const Table& table, Enum value) {
  for (const auto& word : table) {
    if (word.value == value) return word.text;
  }
  CHECK(false && "an enumerator without a word");
}

template <class Enum, class Table>
std::optional<Enum> value_of(const Table& table, std::string_view text) {
  for (const auto& word : table) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace favorhook::coupon
