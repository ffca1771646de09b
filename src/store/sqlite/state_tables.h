// The business's tables: fills a coupon::State and writes what changed in it.
//
// Statements of one connection, whose threads and errors they have. A new row that exists, or a
// changed one that does not, is an error.
#pragma once

#include "coupon/state.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/statement.h"

namespace favorhook::store::sqlite {

template <class Row>
struct RowWriter {
  explicit RowWriter(Connection& connection)
      : insert(connection, insert_sql(table_of<Row>())),
        update(connection, update_sql(table_of<Row>())) {}

  Result<void> write(const Row& row, bool is_new) {
    return is_new ? insert.run_row(row) : update.change_row(row);
  }

  Statement insert;
  Statement update;
};

class StateTables {
 public:
  explicit StateTables(Connection& connection);

  // Every slot that is not loaded, table by table in key order.
  Result<void> load(coupon::State& state);
  // Every slot that has changed; inside a transaction.
  Result<void> write(const coupon::State& state);

 private:
  Result<void> write_coupons(const coupon::State& state);

  Statement callback_, stock_, stock_by_request_, stock_count_, coupon_by_request_, coupon_by_code_,
      user_count_, user_, user_by_person_, union_, sequence_, event_;
  RowWriter<coupon::Callback> callbacks_;
  RowWriter<coupon::Stock> stocks_;
  RowWriter<coupon::StockCount> stock_counts_;
  RowWriter<coupon::Coupon> coupons_;
  RowWriter<coupon::UserCount> user_counts_;
  RowWriter<coupon::User> users_;
  RowWriter<coupon::Union> unions_;
  RowWriter<coupon::Sequence> sequences_;
  RowWriter<coupon::Event> events_;
};

// True where load would read something.
bool anything_to_load(const coupon::State& state);

}  // namespace favorhook::store::sqlite
