// When an event is tried again: the retry schedules by name (protocol §2.4).
//
//   while (const auto delay = next_delay(Ladder::documented, ++counted)) now += *delay;
//
// documented: every 60 s, 11 attempts in all, as busifavor documents it. Whether the 11 count the
// first one is not confirmed; here they do. extended, production's default: the same, then on to
// 24 h with the steps of the payment ladder. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clocks.h"
#include "base/words.h"

namespace favorhook::delivery {

enum class Ladder { documented, extended };
constexpr auto words(Ladder) {
  return std::to_array<Word<Ladder>>(
      {{Ladder::documented, "documented"}, {Ladder::extended, "extended"}});
}

// How long after a failed attempt the next one is due, when `counted` attempts have been counted so
// far (at least 1); nothing where the ladder ends: the event is exhausted.
std::optional<Millis> next_delay(Ladder ladder, std::uint32_t counted);

}  // namespace favorhook::delivery
