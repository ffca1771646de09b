// The dispatcher's commands in the commit queue: an attempt's result, and an operator's resend.
// Private to delivery/.
#pragma once

#include <functional>
#include <memory>

#include "delivery/dispatcher.h"

namespace favorhook::delivery {

// `not_recorded` gets the report back where it could not be stored.
std::unique_ptr<store::Work> make_record_work(AttemptReport report, Ladder ladder,
                                              std::function<void(AttemptReport)> not_recorded);
std::unique_ptr<store::Work> make_resend_work(std::int64_t event_seq, ResendDone done);

}  // namespace favorhook::delivery
