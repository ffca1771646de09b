#include "base/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace favorhook {
namespace {

using std::chrono::days;
using std::chrono::floor;
constexpr Millis kChinaOffset = std::chrono::hours(8);

// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Minutes east of UTC.
std::optional<int> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return 0;
  const bool east = !text.empty() && text.front() == '+';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (*hours * 60 + *minutes);
}

// At least so many decimal digits.
void append_number(std::string& text, std::int64_t value, std::size_t digits) {
  std::array<char, 20> buffer;
  const char* const end = std::to_chars(buffer.begin(), buffer.end(), value).ptr;
  const auto size = static_cast<std::size_t>(end - buffer.data());
  text.append(digits - std::min(digits, size), '0').append(buffer.data(), size);
}

}  // namespace

// By hand, since every notification and most answers hold a time, and a format string costs six
// times as much.
std::string rfc3339_from_millis(std::int64_t unix_millis, Precision precision) {
  const std::chrono::sys_time<Millis> local{Millis(unix_millis) + kChinaOffset};
  const auto day = floor<days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(local - day);
  std::string text;
  text.reserve(sizeof "2026-05-20T13:29:35.120+08:00");
  append_number(text, int(date.year()), 4);
  append_number(text += '-', unsigned(date.month()), 2);
  append_number(text += '-', unsigned(date.day()), 2);
  append_number(text += 'T', time.hours().count(), 2);
  append_number(text += ':', time.minutes().count(), 2);
  append_number(text += ':', time.seconds().count(), 2);
  if (precision == Precision::millis) append_number(text += '.', time.subseconds().count(), 3);
  return text += "+08:00";
}

std::optional<std::int64_t> millis_from_rfc3339(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  int millis = 0;
  if (take(text, '.')) {
    const auto fraction = take_number(text, 3);
    if (!fraction) return std::nullopt;
    millis = *fraction;
  }
  const auto offset_minutes = take_offset(text);
  if (!offset_minutes || !text.empty()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(unsigned(*month)),
                                         std::chrono::day(unsigned(*day))};
  if (!date.ok()) return std::nullopt;
  const std::chrono::sys_time<Millis> time = std::chrono::sys_days(date) +
                                             std::chrono::hours(*hour) +
                                             std::chrono::minutes(*minute - *offset_minutes) +
                                             std::chrono::seconds(*second) + Millis(millis);
  return time.time_since_epoch().count();
}

std::int64_t day_in_china(BusinessTime time) {
  return floor<days>(time.time_since_epoch() + kChinaOffset).count();
}

BusinessTime start_of_day_in_china(std::int64_t day) {
  return BusinessTime(days(day) - kChinaOffset);
}

}  // namespace favorhook
