// A row's description as texts, and the statements that are made of them, in the SQL that every
// dialect has; parameters are ?1, ?2, ….
//
//   std::string sql = select_sql<coupon::Stock>(where<coupon::Stock::ByRequest>());
//
// Read off Row::columns (base/row.h) once. Pure; any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/row.h"

namespace favorhook::store {

struct TableText {
  struct Column {
    std::string name;
    bool key = false;      // part of the primary key
    bool changes = false;  // an update writes it
  };
  std::string name;
  std::string view;                // what rows are read from
  std::string order;               // of a list of all
  std::vector<Column> columns;     // in their order
  std::vector<std::string> found;  // behind them, in the view only
};

namespace table_text_detail {

// Takes what Row::columns names.
template <class Row>
class Reader {
 public:
  explicit Reader(const Row& row) : row_(row) {}

  template <class T>
  void operator()(std::string_view column, const T& member) {
    add(column, member, true);
  }
  template <class T>
  void fixed(std::string_view column, const T& member) {
    add(column, member, false);
  }
  template <class T>
  void blob(std::string_view column, const T& member) {
    add(column, member, true);
  }
  template <class T>
  void sealed(std::string_view column, const T& member) {
    add(column, member, true);
  }
  template <class T>
  void found(std::string_view column, const T&) {
    text.found.emplace_back(column);
  }

  TableText text;

 private:
  template <class Key>
  bool in(const void* member) const {
    bool found = false;
    Key::each_member(row_, [&](const auto& part) { found = found || &part == member; });
    return found;
  }
  void add(std::string_view column, const auto& member, bool may_change) {
    const bool key = in<typename Row::Key>(&member);
    bool indexed = false;
    each_type(IndexesOf<Row>{}, [&]<class By>() { indexed = indexed || in<By>(&member); });
    text.columns.push_back({std::string(column), key, may_change && !key && !indexed});
  }

  const Row& row_;
};

// Each member's column.
struct Names {
  void operator()(std::string_view column, const auto& member) { add(column, &member); }
  void fixed(std::string_view column, const auto& member) { add(column, &member); }
  void blob(std::string_view column, const auto& member) { add(column, &member); }
  void sealed(std::string_view column, const auto& member) { add(column, &member); }
  void found(std::string_view, const auto&) {}
  void add(std::string_view column, const void* member) { all.emplace_back(member, column); }

  std::vector<std::pair<const void*, std::string>> all;
};

// The columns of a key, in its order.
template <class Key>
std::vector<std::string> columns_of() {
  using Row = typename Key::Row;
  Names names;
  const Row row{};
  Row::columns(names, row);
  std::vector<std::string> found;
  Key::each_member(row, [&](const auto& part) {
    const void* const member = &part;
    for (const auto& [place, column] : names.all) {
      if (place == member) found.push_back(column);
    }
  });
  return found;
}

std::string equal_to_parameters(const std::vector<std::string>& columns);
std::string separated(const std::vector<std::string>& columns);

}  // namespace table_text_detail

template <class Row>
const TableText& table_of() {
  static const TableText made = [] {
    const Row row{};
    table_text_detail::Reader<Row> reader(row);
    Row::columns(reader, row);
    TableText& text = reader.text;
    text.name = text.view = Row::kTable;
    if constexpr (requires { Row::kView; }) text.view = Row::kView;
    if constexpr (requires { Row::kOrder; }) {
      text.order = Row::kOrder;
    } else {
      text.order = table_text_detail::separated(table_text_detail::columns_of<typename Row::Key>());
    }
    return std::move(text);
  }();
  return made;
}

// "WHERE stock_id=?1 AND coupon_code=?2", by a row's key or an index.
template <class By>
std::string where() {
  return "WHERE " +
         table_text_detail::equal_to_parameters(table_text_detail::columns_of<FinderOf<By>>());
}

std::string column_list(const TableText& table);  // separated by commas
std::string insert_sql(const TableText& table);
std::string replace_sql(const TableText& table);  // removes what is in its way
// Its parameters are the columns of the key and those that change, in the columns' order. Empty
// where nothing changes.
std::string update_sql(const TableText& table);
std::string upsert_sql(const TableText& table);  // by its key
// rest: WHERE, ORDER BY …
std::string select_sql(const TableText& table, std::string_view rest);
// Every row, in the order of a list of all.
std::string select_all_sql(const TableText& table);

}  // namespace favorhook::store
