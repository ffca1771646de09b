#include "store/sqlite/columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace favorhook::store::sqlite {
namespace {

// "INTO events(seq,…) VALUES(?1,…)".
std::string into(const TableText& table) {
  std::vector<std::string> places;
  for (std::size_t i = 1; i <= table.columns.size(); ++i) places.push_back(fmt::format("?{}", i));
  return fmt::format("INTO {}({}) VALUES({})", table.name, column_list(table),
                     fmt::join(places, ","));
}

}  // namespace

std::string column_list(const TableText& table) {
  return fmt::format("{}", fmt::join(table.columns, ","));
}

std::string insert_sql(const TableText& table) {
  return "INSERT " + into(table);
}

std::string replace_sql(const TableText& table) {
  return "INSERT OR REPLACE " + into(table);
}

std::string update_sql(const TableText& table) {
  std::vector<std::string> keys, values;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    auto& part = i < table.fixed ? keys : values;
    part.push_back(fmt::format("{}=?{}", table.columns[i], i + 1));
  }
  return fmt::format("UPDATE {} SET {} WHERE {}", table.name, fmt::join(values, ","),
                     fmt::join(keys, " AND "));
}

std::string upsert_sql(const TableText& table) {
  std::vector<std::string> keys, values;
  for (const std::string& column : table.columns) {
    if (keys.size() < table.fixed) {
      keys.push_back(column);
    } else {
      values.push_back(fmt::format("{0}=excluded.{0}", column));
    }
  }
  const std::string change =
      values.empty() ? "NOTHING" : fmt::format("UPDATE SET {}", fmt::join(values, ","));
  return fmt::format("{} ON CONFLICT({}) DO {}", insert_sql(table), fmt::join(keys, ","), change);
}

std::string select_sql(const TableText& table, std::string_view rest) {
  std::vector<std::string> columns = table.columns;
  columns.insert(columns.end(), table.found.begin(), table.found.end());
  return fmt::format("SELECT {} FROM {} {}", fmt::join(columns, ","), table.view, rest);
}

}  // namespace favorhook::store::sqlite
