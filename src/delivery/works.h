// The dispatcher's commands in the commit queue: an attempt's result, and an operator's resend.
// Private to delivery/.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "delivery/dispatcher.h"

namespace favorhook::delivery {

// The events in flight as they are stored, so that a result need not read its event back. The
// writer's thread; at most kInFlightMax.
using Flying = std::unordered_map<std::int64_t, coupon::Event>;

// A row that is known beside load(): it enters the batch as load() would have filled it.
void adopt(store::Batch& batch, const coupon::Event& event);

// `not_recorded` gets the report back where it could not be stored. `flying` outlives the Work.
std::unique_ptr<store::Work> make_record_work(AttemptReport report, Ladder ladder,
                                              const Flying& flying,
                                              std::function<void(AttemptReport)> not_recorded);
std::unique_ptr<store::Work> make_resend_work(std::int64_t event_seq, ResendDone done);

}  // namespace favorhook::delivery
