// The checks over events and their attempts, an event at a time.
//
//   check_event(event, attempts, options, findings);
//
// Pure functions but for what they add to the findings; one thread. What an event's state,
// counters and due time must be follows from its attempts alone, because the row names the attempt
// with which its ladder began (a resend begins it anew). Of events that an earlier version resent
// this is not known (ladder_from 0): there the counters must fit some beginning.
#pragma once

#include <optional>
#include <vector>

#include "audit/report.h"
#include "coupon/rows.h"
#include "delivery/ladder.h"
#include "store/rows.h"

namespace favorhook::audit {

struct EventRules {
  // The ladder that the server has always had; nothing: any, and a change from one to another.
  std::optional<delivery::Ladder> ladder;
  // The clock was set back meanwhile: times are not held against one another.
  bool clock_moved = false;
};

void check_event(const coupon::Event& event, const std::vector<store::Attempt>& attempts,
                 const EventRules& rules, Findings& findings);

}  // namespace favorhook::audit
