#include "store/sqlite/reader.h"

#include "base/fault_point.h"

namespace favorhook::store::sqlite {

SqliteReader::SqliteReader(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)),
      callback_(*connection_, select_sql(table_of<coupon::Callback>(), where<coupon::Callback>())),
      stock_(*connection_, select_sql(table_of<coupon::Stock>(), where<coupon::Stock>())),
      stock_count_(*connection_,
                   select_sql(table_of<coupon::StockCount>(), where<coupon::StockCount>())),
      events_(*connection_,
              select_sql(table_of<coupon::Event>(),
                         "WHERE seq<?1 AND (?2='' OR receiver=?2) AND (?3='' OR state=?3) "
                         "ORDER BY seq DESC LIMIT ?4")),
      event_(*connection_, select_sql(table_of<coupon::Event>(), where<coupon::Event::ById>())),
      attempts_(*connection_,
                select_sql(table_of<Attempt>(), "WHERE event_seq=?1 ORDER BY number")),
      counts_(*connection_,
              "SELECT receiver, state, count(*) FROM events GROUP BY receiver, state "
              "ORDER BY receiver, state") {}

Result<std::optional<coupon::Callback>> SqliteReader::callback(std::string_view mchid) {
  if (fault("store.reader_fails")) return fail("fault point: the read failed");
  return callback_.one<coupon::Callback>(mchid);
}

Result<std::optional<coupon::Stock>> SqliteReader::stock(std::string_view stock_id) {
  return stock_.one<coupon::Stock>(stock_id);
}

Result<coupon::StockCount> SqliteReader::stock_count(std::string_view stock_id) {
  Result<std::optional<coupon::StockCount>> count = stock_count_.one<coupon::StockCount>(stock_id);
  if (!count) return fail(std::move(count.error()));
  // A stock that has issued nothing has no row yet.
  return count->value_or(coupon::StockCount{.stock_id = std::string(stock_id)});
}

Result<std::vector<coupon::Event>> SqliteReader::events(const EventFilter& filter) {
  const std::string_view state = filter.state ? to_text(*filter.state) : std::string_view();
  return events_.all<coupon::Event>(filter.before_seq, filter.receiver, state, filter.limit);
}

Result<std::optional<coupon::Event>> SqliteReader::event(std::string_view id) {
  return event_.one<coupon::Event>(id);
}

Result<std::vector<Attempt>> SqliteReader::attempts(std::int64_t event_seq) {
  return attempts_.all<Attempt>(event_seq);
}

Result<std::vector<EventCount>> SqliteReader::event_counts() {
  std::vector<EventCount> counts;
  Result<void> done = counts_.each([&](Columns& read) {
    EventCount& count = counts.emplace_back();
    read(count.receiver);
    read(count.state);
    read(count.count);
  });
  if (!done) return fail(std::move(done.error()));
  return counts;
}

}  // namespace favorhook::store::sqlite
