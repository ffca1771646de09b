// UTF-8, as far as the wire's rules count and cut characters. Pure functions, any thread.
//
//   count_characters("商户")      2
//   first_characters(body, 8)    a view of at most 8 characters, never of part of one
//
// A byte that begins no valid sequence counts as one character, so that no text is longer than it
// seems.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace favorhook::apiv3 {

// Bytes of the valid sequence (RFC 3629: shortest form, no surrogates) at the front of the text; 0
// where there is none.
constexpr std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0u;
  };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  if (text.empty()) return 0;
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return is_tail(1) ? 2 : 0;
  if (lead < 0xf0) {
    const bool shortest = lead != 0xe0 || byte(1) >= 0xa0;
    const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
    return is_tail(1) && is_tail(2) && shortest && !surrogate ? 3 : 0;
  }
  const bool in_range = (lead != 0xf0 || byte(1) >= 0x90) && (lead != 0xf4 || byte(1) < 0x90);
  return lead <= 0xf4 && is_tail(1) && is_tail(2) && is_tail(3) && in_range ? 4 : 0;
}

// The bytes that the first `count` characters take.
constexpr std::size_t bytes_of_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (std::size_t seen = 0; seen < count && at < text.size(); ++seen) {
    const std::size_t length = sequence_length(text.substr(at));
    at += length == 0 ? 1 : length;
  }
  return at;
}

constexpr std::string_view first_characters(std::string_view text, std::size_t count) {
  return text.substr(0, bytes_of_characters(text, count));
}

constexpr std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    const std::size_t length = sequence_length(text);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return count;
}

}  // namespace favorhook::apiv3
