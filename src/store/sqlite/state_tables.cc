#include "store/sqlite/state_tables.h"

#include <tuple>

#include "store/sqlite/per_row.h"
#include "store/sqlite/statement.h"
#include "store/table_text.h"

namespace favorhook::store::sqlite {
namespace {

// Finds by a row's key or by an index.
template <class By>
struct Finding {
  explicit Finding(Connection& c) : by(c, select_sql(table_of<RowOf<By>>(), where<By>())) {}

  Result<void> load(coupon::Table<RowOf<By>>& table) {
    using Row = RowOf<By>;
    return table.template load<By>([&](const auto& key) {
      return std::apply([&](const auto&... parts) { return by.template one<Row>(parts...); }, key);
    });
  }

  Statement by;
};

template <class Row>
struct TableStatements {
  explicit TableStatements(Connection& c)
      : by_key(c),
        by_index(c),
        insert(c, insert_sql(table_of<Row>())),
        update(c, update_sql(table_of<Row>())) {}

  Result<void> load(coupon::Table<Row>& table) {
    if (Result<void> done = by_key.load(table); !done) return done;
    return each_type_while<Result<void>>(
        IndexesOf<Row>{}, [&]<class By>() { return by_index.template of<By>().load(table); });
  }
  Result<void> write(const coupon::Table<Row>& table) {
    for (const auto& [key, slot] : table.slots()) {
      if (!slot.changed) continue;
      Result<void> done = slot.is_new ? insert.run_row(*slot.row) : update.update_row(*slot.row);
      if (!done) return done;
    }
    return {};
  }

  Finding<Row> by_key;
  PerRow<Finding, IndexesOf<Row>> by_index;
  Statement insert, update;
};

}  // namespace

struct StateTables::Statements {
  explicit Statements(Connection& connection) : tables(connection) {}
  PerRow<TableStatements, coupon::BusinessRows> tables;
};

StateTables::StateTables(Connection& connection)
    : statements_(std::make_unique<Statements>(connection)) {}
StateTables::~StateTables() = default;

Result<void> StateTables::load(coupon::State& state) {
  return each_type_while<Result<void>>(coupon::BusinessRows{}, [&]<class Row>() {
    return statements_->tables.of<Row>().load(state.table<Row>());
  });
}

Result<void> StateTables::write(const coupon::State& state) {
  return each_type_while<Result<void>>(coupon::BusinessRows{}, [&]<class Row>() {
    return statements_->tables.of<Row>().write(state.table<Row>());
  });
}

}  // namespace favorhook::store::sqlite
