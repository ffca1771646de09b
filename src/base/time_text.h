// RFC 3339 times as the wire writes and accepts them (protocol §1.13).
//
//   to_rfc3339(now, Precision::seconds)           2019-05-20T13:29:35+08:00
//   to_rfc3339(now, Precision::millis)            2019-05-20T13:29:35.120+08:00
//
// Written always in +08:00; read with "Z" or any numeric offset, with or without milliseconds. Pure
// functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clocks.h"

namespace favorhook {

enum class Precision { seconds, millis };

std::string rfc3339_from_millis(std::int64_t unix_millis, Precision precision);
// Milliseconds since the Unix epoch; nothing where the text is not one of the accepted forms or not
// a date.
std::optional<std::int64_t> millis_from_rfc3339(std::string_view text);

template <class Time>
std::string to_rfc3339(Time time, Precision precision = Precision::seconds) {
  return rfc3339_from_millis(unix_millis(time), precision);
}
inline std::optional<BusinessTime> business_from_rfc3339(std::string_view text) {
  const auto millis = millis_from_rfc3339(text);
  return millis ? std::optional(BusinessTime(Millis(*millis))) : std::nullopt;
}

// The number of days since the epoch in UTC+8, where a WeChat Pay day begins and ends.
std::int64_t day_in_china(BusinessTime time);
// 00:00:00 of that day in UTC+8.
BusinessTime start_of_day_in_china(std::int64_t day);

}  // namespace favorhook
