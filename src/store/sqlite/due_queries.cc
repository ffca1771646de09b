#include "store/sqlite/due_queries.h"

namespace favorhook::store::sqlite {
namespace {

std::string waiting(std::string_view rest) {
  return select_sql(
      table_of<coupon::Event>(),
      fmt::format("INDEXED BY events_due WHERE state='pending' AND in_flight=0 {}", rest));
}

}  // namespace

DueQueries::DueQueries(Connection& c)
    : due_(c, waiting("AND receiver=?1 AND due<=?2 ORDER BY due, seq LIMIT ?3")),
      not_yet_due_(c, waiting("AND receiver=?1 AND due>?2 AND last_attempt<?3 "
                              "ORDER BY due, seq LIMIT ?4")),
      next_(c,
            "SELECT due FROM events INDEXED BY events_due "
            "WHERE state='pending' AND in_flight=0 AND receiver=?1 ORDER BY due LIMIT 1"),
      next_receiver_(c,
                     "SELECT receiver, due FROM events INDEXED BY events_due "
                     "WHERE state='pending' AND in_flight=0 AND receiver>?1 "
                     "ORDER BY receiver, due LIMIT 1"),
      in_flight_(c, select_sql(table_of<coupon::Event>(),
                               "INDEXED BY events_in_flight WHERE in_flight=1 AND seq>?1 "
                               "ORDER BY seq LIMIT ?2")),
      intent_(c, select_sql(table_of<Attempt>(),
                            "WHERE event_seq=?1 AND verdict='' ORDER BY number DESC LIMIT 1")) {}

Result<std::vector<coupon::Event>> DueQueries::due_events(
    std::string_view receiver, BusinessTime now, std::optional<BusinessTime> caught_up_before,
    std::size_t limit) {
  Result<std::vector<coupon::Event>> events = due_.all<coupon::Event>(receiver, now, limit);
  if (!events || !caught_up_before || events->size() >= limit) return events;
  // Those not yet due come after all that are, so the two lists are one in order of (due, seq).
  Result<std::vector<coupon::Event>> early =
      not_yet_due_.all<coupon::Event>(receiver, now, *caught_up_before, limit - events->size());
  if (!early) return early;
  for (coupon::Event& event : *early) events->push_back(std::move(event));
  return events;
}

Result<std::optional<BusinessTime>> DueQueries::next_due(std::string_view receiver) {
  std::optional<BusinessTime> due;
  Result<void> done = next_.each([&](Columns& read) { read(due.emplace()); }, receiver);
  if (!done) return fail(std::move(done.error()));
  return due;
}

// One step in the index for each receiver, whatever the number of its events.
Result<std::vector<DueReceiver>> DueQueries::due_receivers() {
  std::vector<DueReceiver> receivers;
  while (true) {
    const std::string after = receivers.empty() ? std::string() : receivers.back().receiver;
    const std::size_t before = receivers.size();
    Result<void> done = next_receiver_.each(
        [&](Columns& read) {
          DueReceiver& found = receivers.emplace_back();
          read(found.receiver);
          read(found.due);
        },
        after);
    if (!done) return fail(std::move(done.error()));
    if (receivers.size() == before) return receivers;
  }
}

Result<std::vector<std::pair<coupon::Event, Attempt>>> DueQueries::open_intents(
    std::int64_t after_seq, std::size_t limit) {
  Result<std::vector<coupon::Event>> events = in_flight_.all<coupon::Event>(after_seq, limit);
  if (!events) return fail(std::move(events.error()));
  std::vector<std::pair<coupon::Event, Attempt>> intents;
  for (coupon::Event& event : *events) {
    Result<std::optional<Attempt>> intent = intent_.one<Attempt>(event.seq);
    if (!intent) return fail(std::move(intent.error()));
    if (!*intent) return fail("event {} is in flight without an open attempt", event.id);
    intents.emplace_back(std::move(event), std::move(**intent));
  }
  return intents;
}

}  // namespace favorhook::store::sqlite
