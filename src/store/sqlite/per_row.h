// One of something for each type of row in a list, each made of the same connection.
//
//   PerRow<TableStatements, coupon::BusinessRows> tables(connection);
//   tables.of<coupon::Stock>().insert.run_row(stock);
//
// Thread safety and errors: of what it holds, which may be neither copied nor moved.
#pragma once

#include <tuple>

#include "base/row.h"
#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

template <template <class> class OfRow, class List>
class PerRow;

template <template <class> class OfRow, class... Rows>
class PerRow<OfRow, TypeList<Rows...>> {
 public:
  explicit PerRow([[maybe_unused]] Connection& connection) : all_(same<Rows>(connection)...) {}

  template <class Row>
  OfRow<Row>& of() {
    return std::get<OfRow<Row>>(all_);
  }

 private:
  template <class>
  static Connection& same(Connection& connection) {
    return connection;
  }

  std::tuple<OfRow<Rows>...> all_;
};

}  // namespace favorhook::store::sqlite
