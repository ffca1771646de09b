// Enumerators and the words that they are written as: one table a type, beside it.
//
//   enum class CodeMode { wechatpay, merchant_api };
//   constexpr auto words(CodeMode) {
//     return std::to_array<Word<CodeMode>>({{CodeMode::wechatpay, "WECHATPAY_MODE"}, …});
//   }
//   std::string_view text = to_text(mode);
//   std::optional<CodeMode> mode = from_text<CodeMode>(text);
//
// Pure; any thread. Errors: an enumerator without a word is a bug and CHECKs; a text that is no
// word is nothing.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/check.h"

namespace favorhook {

template <class Enum>
struct Word {
  Enum value;
  std::string_view text;
};

template <class Enum>
concept Worded = std::is_enum_v<Enum> && requires(Enum value) { words(value); };

template <Worded Enum>
constexpr std::string_view to_text(Enum value) {
  for (const auto& word : words(value)) {
    if (word.value == value) return word.text;
  }
  CHECK(false && "an enumerator without a word");
}

template <Worded Enum>
constexpr std::optional<Enum> from_text(std::string_view text) {
  for (const auto& word : words(Enum{})) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace favorhook
