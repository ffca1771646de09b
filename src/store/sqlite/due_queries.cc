#include "store/sqlite/due_queries.h"

namespace favorhook::store::sqlite {
namespace {

// The index holds what is in flight as well: an attempt begins without touching its event. So at
// most as many entries are passed over as the receiver may have in flight.
std::string waiting(std::string_view columns, std::string_view rest) {
  return fmt::format(
      "SELECT {} FROM events INDEXED BY events_due WHERE state='pending' "
      "AND seq NOT IN (SELECT event_seq FROM flights) {}",
      columns, rest);
}

std::string waiting_events(std::string_view rest) {
  return waiting(column_list(table_of<coupon::Event>()) + ",0", rest);
}

Attempt to_attempt(Flight flight) {
  Attempt intent;
  intent.event_seq = flight.event_seq;
  intent.number = flight.number;
  intent.nonce = std::move(flight.nonce);
  intent.url = std::move(flight.url);
  intent.started = flight.started;
  return intent;
}

}  // namespace

DueQueries::DueQueries(Connection& c)
    : due_(c, waiting_events("AND receiver=?1 AND due<=?2 ORDER BY due, seq LIMIT ?3")),
      not_yet_due_(c, waiting_events("AND receiver=?1 AND due>?2 AND last_attempt<?3 "
                                     "ORDER BY due, seq LIMIT ?4")),
      next_(c, waiting("due", "AND receiver=?1 ORDER BY due LIMIT 1")),
      next_receiver_(c, waiting("receiver, due", "AND receiver>?1 ORDER BY receiver, due LIMIT 1")),
      flights_(c, select_sql(table_of<Flight>(), "WHERE event_seq>?1 ORDER BY event_seq LIMIT ?2")),
      event_(c, select_sql(table_of<coupon::Event>(), where<coupon::Event>())) {}

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
  Result<std::vector<Flight>> flights = flights_.all<Flight>(after_seq, limit);
  if (!flights) return fail(std::move(flights.error()));
  std::vector<std::pair<coupon::Event, Attempt>> intents;
  for (Flight& flight : *flights) {
    Result<std::optional<coupon::Event>> event = event_.one<coupon::Event>(flight.event_seq);
    if (!event) return fail(std::move(event.error()));
    if (!*event) return fail("an attempt of event {} is open without it", flight.event_seq);
    intents.emplace_back(std::move(**event), to_attempt(std::move(flight)));
  }
  return intents;
}

}  // namespace favorhook::store::sqlite
