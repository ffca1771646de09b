#include "store/table_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace favorhook::store {
namespace {

std::vector<std::string> names_of(const TableText& table) {
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const TableText::Column& column : table.columns) names.push_back(column.name);
  return names;
}

// "INTO events(seq,…) VALUES(?1,…)".
std::string into(const TableText& table) {
  std::vector<std::string> places;
  for (std::size_t i = 1; i <= table.columns.size(); ++i) places.push_back(fmt::format("?{}", i));
  return fmt::format("INTO {}({}) VALUES({})", table.name, column_list(table),
                     fmt::join(places, ","));
}

}  // namespace

namespace table_text_detail {

std::string equal_to_parameters(const std::vector<std::string>& columns) {
  std::vector<std::string> parts;
  parts.reserve(columns.size());
  for (const std::string& column : columns) {
    parts.push_back(fmt::format("{}=?{}", column, parts.size() + 1));
  }
  return fmt::format("{}", fmt::join(parts, " AND "));
}

std::string separated(const std::vector<std::string>& columns) {
  return fmt::format("{}", fmt::join(columns, ", "));
}

}  // namespace table_text_detail

std::string column_list(const TableText& table) {
  return fmt::format("{}", fmt::join(names_of(table), ","));
}

std::string insert_sql(const TableText& table) {
  return "INSERT " + into(table);
}

std::string replace_sql(const TableText& table) {
  return "INSERT OR REPLACE " + into(table);
}

std::string update_sql(const TableText& table) {
  std::vector<std::string> changes, keys;
  std::size_t place = 0;
  for (const TableText::Column& column : table.columns) {
    if (!column.key && !column.changes) continue;
    (column.key ? keys : changes).push_back(fmt::format("{}=?{}", column.name, ++place));
  }
  if (changes.empty()) return {};
  return fmt::format("UPDATE {} SET {} WHERE {}", table.name, fmt::join(changes, ","),
                     fmt::join(keys, " AND "));
}

std::string upsert_sql(const TableText& table) {
  std::vector<std::string> keys, values;
  for (const TableText::Column& column : table.columns) {
    if (column.key) {
      keys.push_back(column.name);
    } else {
      values.push_back(fmt::format("{0}=excluded.{0}", column.name));
    }
  }
  const std::string change =
      values.empty() ? "NOTHING" : fmt::format("UPDATE SET {}", fmt::join(values, ","));
  return fmt::format("{} ON CONFLICT({}) DO {}", insert_sql(table), fmt::join(keys, ","), change);
}

std::string select_sql(const TableText& table, std::string_view rest) {
  std::vector<std::string> columns = names_of(table);
  columns.insert(columns.end(), table.found.begin(), table.found.end());
  return fmt::format("SELECT {} FROM {} {}", fmt::join(columns, ","), table.view, rest);
}

std::string select_all_sql(const TableText& table) {
  return select_sql(table, "ORDER BY " + table.order);
}

}  // namespace favorhook::store
