// /admin/v1/status: the node at a glance.
#include <map>

#include "admin/call.h"
#include "base/time_text.h"

namespace favorhook::admin {

void show_status(Call call) {
  const ServiceDeps& deps = *call.deps;
  const auto counts = deps.reader->event_counts();
  if (!counts) return call.respond(error_answer(503, counts.error().what));
  boost::json::object events = {
      {"withheld", 0}, {"pending", 0}, {"delivered", 0}, {"exhausted", 0}, {"cancelled", 0}};
  for (const store::EventCount& each : *counts) {
    boost::json::value& total = events[to_text(each.state)];
    total = total.to_number<std::int64_t>() + each.count;
  }
  call.respond(
      json_answer(200, {{"version", FAVORHOOK_VERSION},
                        {"mode", deps.sandbox ? "sandbox" : "production"},
                        {"wall_time", to_rfc3339(deps.clocks.wall(), Precision::millis)},
                        {"business_time", to_rfc3339(deps.clocks.business(), Precision::millis)},
                        {"merchants", deps.directory.get()->merchant_count()},
                        {"commands_waiting", deps.queue.waiting()},
                        {"events", std::move(events)}}));
}

}  // namespace favorhook::admin
