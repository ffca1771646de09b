#include "base/http_message.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace favorhook {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// Eight bytes at a time; the last few stand in a word that is filled up.
std::size_t visible_prefix(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kTops = 0x80 * kOnes;
  for (std::size_t at = 0; at < text.size(); at += 8) {
    std::uint64_t word = 'x' * kOnes;
    // Two calls, since only the one with a fixed size is a single instruction.
    if (text.size() - at >= 8) {
      std::memcpy(&word, text.data() + at, 8);
    } else {
      std::memcpy(&word, text.data() + at, text.size() - at);
    }
    // Subtracting borrows into a byte's top bit where it was too small: below a space, or a DEL
    // that was xored to zero. The borrow may go on upwards, so the lowest such bit is right.
    const std::uint64_t del = word ^ (0x7f * kOnes);
    const std::uint64_t found = (((word - ' ' * kOnes) & ~word) | ((del - kOnes) & ~del)) & kTops;
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  return text.size();
}

bool fits_on_a_line(std::string_view text) {
  text.remove_prefix(visible_prefix(text));
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool fit_on_lines(const Headers& headers) {
  return std::ranges::all_of(headers, [](const Header& header) {
    return fits_on_a_line(header.name) && fits_on_a_line(header.value);
  });
}

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equal_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::size_t count_headers(const Headers& headers, std::string_view name) {
  return std::size_t(std::ranges::count_if(
      headers, [&](const Header& header) { return equal_ignoring_case(header.name, name); }));
}

std::string_view target_path(std::string_view target) {
  return target.substr(0, target.find('?'));
}

std::string_view target_query(std::string_view target) {
  const auto mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(char(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i] == '+' && plus_is_space ? ' ' : text[i]);
    }
  }
  return out;
}

}  // namespace favorhook
