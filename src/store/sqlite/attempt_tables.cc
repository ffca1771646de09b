#include "store/sqlite/attempt_tables.h"

namespace favorhook::store::sqlite {

AttemptTables::AttemptTables(Connection& c)
    : begin_(c, insert_sql(table_of<Flight>())),
      end_(c, "DELETE FROM flights WHERE event_seq=?1 AND number=?2"),
      result_(c, upsert_sql(table_of<Attempt>())) {}

Result<void> AttemptTables::write(const std::vector<Attempt>& attempts) {
  for (const Attempt& attempt : attempts) {
    if (Result<void> done = write_one(attempt); !done) return done;
  }
  return {};
}

Result<void> AttemptTables::write_one(const Attempt& attempt) {
  if (attempt.verdict == Verdict::none) {
    return begin_.run(attempt.event_seq, attempt.number, attempt.nonce, attempt.url,
                      attempt.started);
  }
  if (Result<void> ended = end_.run(attempt.event_seq, attempt.number); !ended) return ended;
  return result_.run_row(attempt);
}

}  // namespace favorhook::store::sqlite
