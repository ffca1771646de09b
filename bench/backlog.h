// A store with many pending events, written while no server holds it: making them through the API
// would take a minute of signatures.
#pragma once

#include <cstdint>
#include <string>

#include "base/clocks.h"
#include "base/random.h"
#include "base/result.h"
#include "store/store.h"

namespace favorhook::bench {

// Adds pending events of the receiver that are due now, as long as those of a real coupon.
Result<void> add_pending_events(const std::string& store_file, const std::string& receiver,
                                std::int64_t count);
// The same in a store that is open, at a time of the caller's.
Result<void> add_pending_events(store::Store& store, const std::string& receiver,
                                std::int64_t count, BusinessTime now, Random& random);

}  // namespace favorhook::bench
