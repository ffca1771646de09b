// The kinds of event, a row each: what goes out with one, and what it tells of.
//
//   const EventKind* kind = find_event_kind(event.event_type);     // null: there is no such kind
//
// Sealing, views and the audit read it; a new kind is its row here, what makes it, and its texts in
// the documents. Pure; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace favorhook::coupon {

// What an event tells of, and so what its row's stock_id and coupon_code name.
enum class EventSubject {
  none,
  coupon,
};
// How many events of the kind its subject has.
enum class EventsEach {
  any,
  exactly_one,
};

struct EventKind {
  std::string_view event_type;  // the envelope's (protocol §2.2)
  std::string_view summary;
  std::string_view original_type;
  std::string_view associated_data;
  EventSubject subject;
  EventsEach each;
};

inline constexpr std::array kEventKinds = {
    // Protocol §2.2, §4.1. Every coupon that is issued is told to its stock's creator, once.
    EventKind{"COUPON.SEND", "商家券领券通知", "coupon", "coupon", EventSubject::coupon,
              EventsEach::exactly_one},
};
inline constexpr const EventKind& kCouponSend = kEventKinds[0];

constexpr const EventKind* find_event_kind(std::string_view event_type) {
  const auto* const kind = std::ranges::find(kEventKinds, event_type, &EventKind::event_type);
  return kind == kEventKinds.end() ? nullptr : &*kind;
}

}  // namespace favorhook::coupon
