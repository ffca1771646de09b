// /admin/v1/events: what happened, how it was told, and telling it again.
#include <array>
#include <boost/json/array.hpp>

#include "admin/change.h"
#include "admin/query.h"
#include "admin/views.h"
#include "base/limits.h"

namespace favorhook::admin {
namespace {

constexpr std::size_t kEventsDefault = 50;

HttpAnswer no_event() {
  return error_answer(404, "there is no such event");
}

Result<store::EventFilter> read_filter(const HttpRequest& request) {
  static constexpr std::array<std::string_view, 4> kKnown = {"receiver", "state", "limit",
                                                             "before"};
  const auto query = read_query(request, kKnown);
  if (!query) return fail(query.error());
  store::EventFilter filter;
  if (const auto receiver = query->find("receiver"); receiver != query->end()) {
    filter.receiver = receiver->second;
  }
  if (const auto state = query->find("state"); state != query->end()) {
    filter.state = from_text<coupon::EventState>(state->second);
    if (!filter.state) {
      return fail("state must be withheld, pending, delivered, exhausted or cancelled");
    }
  }
  const auto limit = read_number(*query, "limit", kEventsDefault, limits::kAdminPageMax);
  if (!limit) return fail(limit.error());
  const auto before = read_number(*query, "before", INT64_MAX, INT64_MAX);
  if (!before) return fail(before.error());
  filter.limit = static_cast<std::size_t>(*limit);
  filter.before_seq = *before;
  return filter;
}

boost::json::array attempts_view(const ServiceDeps& deps,
                                 const std::vector<store::Attempt>& attempts) {
  boost::json::array all;
  for (const store::Attempt& attempt : attempts) {
    all.push_back(attempt_view(attempt, deps.explain ? deps.explain(attempt) : ""));
  }
  return all;
}

HttpAnswer resent_answer(const Result<std::optional<coupon::Event>>& event) {
  if (!event) return error_answer(503, event.error().what);
  if (!*event) return no_event();
  return json_answer(200, event_view(**event));
}

}  // namespace

void list_events(Call call) {
  const auto filter = read_filter(call.request);
  if (!filter) return call.respond(error_answer(400, filter.error().what));
  const auto events = call.deps->reader->events(*filter);
  if (!events) return call.respond(error_answer(503, events.error().what));
  boost::json::array page;
  for (const coupon::Event& event : *events) page.push_back(event_view(event));
  boost::json::object body = {{"events", std::move(page)}};
  const bool more = events->size() == filter->limit;
  body["next_before"] = more ? boost::json::value(events->back().seq) : boost::json::value();
  call.respond(json_answer(200, body));
}

void show_event(Call call) {
  const auto event = call.deps->reader->event(call.id);
  if (!event) return call.respond(error_answer(503, event.error().what));
  if (!*event) return call.respond(no_event());
  const auto attempts = call.deps->reader->attempts((*event)->seq);
  if (!attempts) return call.respond(error_answer(503, attempts.error().what));
  boost::json::object view = event_view(**event);
  view["plaintext"] = (*event)->plaintext;
  view["attempts"] = attempts_view(*call.deps, *attempts);
  call.respond(json_answer(200, view));
}

void resend_event(Call call) {
  if (!call.deps->make_resend) {
    return call.respond(error_answer(503, "only a running server sends events"));
  }
  const auto event = call.deps->reader->event(call.id);
  if (!event) return call.respond(error_answer(503, event.error().what));
  if (!*event) return call.respond(no_event());

  auto respond = std::make_shared<Respond>(std::move(call.respond));
  auto work = call.deps->make_resend(
      (*event)->seq, [deps = call.deps, respond](Result<std::optional<coupon::Event>> resent) {
        deps->executor.post(
            [respond, resent = std::move(resent)] { (*respond)(resent_answer(resent)); });
      });
  if (!call.deps->queue.submit(work)) (*respond)(queue_full_answer());
}

}  // namespace favorhook::admin
