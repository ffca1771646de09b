#include "store/sqlite/views.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string_view>
#include <vector>

#include "coupon/rows.h"
#include "store/rows.h"
#include "store/table_text.h"

namespace favorhook::store::sqlite {
namespace {

using Expressions = std::map<std::string_view, std::string_view>;

// Of an event in flight the flight tells these.
const Expressions kOfFlight = {{"attempts", "coalesce(f.number, e.attempts)"},
                               {"last_attempt", "coalesce(f.started, e.last_attempt)"}};

// The events' columns, each of the table or as `instead` says.
std::string event_columns() {
  std::vector<std::string> columns;
  for (const TableText::Column& column : table_of<coupon::Event>().columns) {
    const auto instead = kOfFlight.find(column.name);
    columns.push_back(instead == kOfFlight.end()
                          ? "e." + column.name
                          : fmt::format("{} AS {}", instead->second, column.name));
  }
  return fmt::format("{}", fmt::join(columns, ", "));
}

// What stands in a result's columns while there is only the intent: an Attempt's own defaults, as
// SQL. A column that a flight has is its own.
class IntentColumns {
 public:
  void operator()(std::string_view column, const std::string&) { add(column, "''"); }
  void operator()(std::string_view column, std::integral auto value) {
    add(column, fmt::format("{}", static_cast<std::int64_t>(value)));
  }
  void operator()(std::string_view column, Worded auto value) {
    add(column, fmt::format("'{}'", to_text(value)));
  }
  void operator()(std::string_view column, Micros time) {
    add(column, fmt::format("{}", time.count()));
  }
  void operator()(std::string_view column, BusinessTime time) {
    add(column, fmt::format("{}", unix_millis(time)));
  }
  template <class T>
  void operator()(std::string_view column, const std::optional<T>&) {
    add(column, "NULL");
  }
  void blob(std::string_view column, const std::string&) { add(column, "x''"); }

  std::vector<std::string> columns;

 private:
  void add(std::string_view column, std::string value) {
    for (const TableText::Column& own : table_of<Flight>().columns) {
      if (own.name == column) value = own.name;
    }
    columns.push_back(fmt::format("{} AS {}", value, column));
  }
};

std::string intent_columns() {
  IntentColumns all;
  const Attempt intent;
  Attempt::columns(all, intent);
  return fmt::format("{}", fmt::join(all.columns, ", "));
}

}  // namespace

std::string views_sql() {
  return fmt::format(
      "DROP VIEW IF EXISTS events_now;\n"
      "CREATE VIEW events_now AS SELECT {}, f.event_seq IS NOT NULL AS in_flight\n"
      "  FROM events e LEFT JOIN flights f ON f.event_seq = e.seq;\n"
      "DROP VIEW IF EXISTS attempts_now;\n"
      "CREATE VIEW attempts_now AS SELECT {} FROM attempts UNION ALL SELECT {} FROM flights;\n",
      event_columns(), column_list(table_of<Attempt>()), intent_columns());
}

}  // namespace favorhook::store::sqlite
