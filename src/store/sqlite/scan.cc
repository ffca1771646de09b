#include "store/sqlite/scan.h"

#include "base/limits.h"
#include "store/sqlite/file_head.h"
#include "store/sqlite/statement.h"

namespace favorhook::store::sqlite {
namespace {

template <class Row>
Result<void> each_row(Connection& connection, const ScanVisitor& visitor) {
  Statement all(connection, select_all_sql(table_of<Row>()));
  return all.each([&](Columns& read) {
    Row row;
    Row::columns(read, row);
    if (read.readable()) visitor.visit(row);
  });
}

// Hands out a part of the events with their attempts, which come in the same order.
void visit_together(const std::vector<coupon::Event>& events, std::vector<Attempt>& attempts,
                    const ScanVisitor& visitor) {
  std::size_t next = 0;
  const auto strays_below = [&](std::int64_t seq) {
    for (; next < attempts.size() && attempts[next].event_seq < seq; ++next) {
      visitor.stray_attempt(attempts[next]);
    }
  };
  for (const coupon::Event& event : events) {
    strays_below(event.seq);
    std::vector<Attempt> own;
    for (; next < attempts.size() && attempts[next].event_seq == event.seq; ++next) {
      own.push_back(std::move(attempts[next]));
    }
    visitor.event(event, own);
  }
  strays_below(INT64_MAX);
}

Result<void> each_event(Connection& connection, const ScanVisitor& visitor) {
  Statement some(connection,
                 select_sql(table_of<coupon::Event>(), "WHERE seq>?1 ORDER BY seq LIMIT ?2"));
  Statement theirs(connection, select_sql(table_of<Attempt>(),
                                          "WHERE event_seq>?1 AND event_seq<=?2 "
                                          "ORDER BY event_seq, number"));
  for (std::int64_t after = INT64_MIN;;) {
    const auto events = some.all<coupon::Event>(after, limits::kScanEvents);
    if (!events) return fail(events.error());
    const bool last = events->size() < limits::kScanEvents;
    const std::int64_t until = last ? INT64_MAX : events->back().seq;
    auto attempts = theirs.all<Attempt>(after, until);
    if (!attempts) return fail(std::move(attempts.error()));
    visit_together(*events, *attempts, visitor);
    if (last) return {};
    after = until;
  }
}

Result<void> each_table(Connection& connection, const ScanVisitor& visitor) {
  return each_type_while<Result<void>>(ScannedRows{}, [&]<class Row>() {
    if constexpr (std::is_same_v<Row, coupon::Event>) {
      return each_event(connection, visitor);
    } else {
      return each_row<Row>(connection, visitor);
    }
  });
}

}  // namespace

Result<void> scan(Connection& connection, const ScanVisitor& visitor) {
  if (Result<void> begun = connection.execute("BEGIN"); !begun) return begun;
  const Result<void> done = each_table(connection, visitor);
  const Result<void> ended = connection.execute("COMMIT");
  return done ? ended : done;
}

std::vector<std::string> damage(Connection& connection, std::size_t limit) {
  std::vector<std::string> found;
  if (connection.is_whole_store()) {
    if (auto fault = size_fault(connection.path())) found.push_back(std::move(*fault));
  }
  const std::size_t before = found.size();
  Statement check(connection, fmt::format("PRAGMA integrity_check({})", limit));
  const Result<void> done = check.each([&](Columns& read) { read(found.emplace_back()); });
  if (!done) found.push_back(done.error().what);
  if (found.size() == before + 1 && found.back() == "ok") found.pop_back();
  return found;
}

}  // namespace favorhook::store::sqlite
