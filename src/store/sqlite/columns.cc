#include "store/sqlite/columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace favorhook::store::sqlite {
namespace {

std::vector<std::string> names_of(const TableText& table) {
  std::vector<std::string> names;
  std::string_view rest = table.columns;
  while (true) {
    const std::size_t comma = rest.find(',');
    names.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return names;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace

std::string insert_sql(const TableText& table) {
  std::vector<std::string> places;
  for (std::size_t i = 0; i < names_of(table).size(); ++i)
    places.push_back(fmt::format("?{}", i + 1));
  return fmt::format("INSERT INTO {}({}) VALUES({})", table.name, table.columns,
                     fmt::join(places, ","));
}

std::string update_sql(const TableText& table) {
  std::vector<std::string> keys, values;
  const std::vector<std::string> names = names_of(table);
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto& part = i < static_cast<std::size_t>(table.fixed) ? keys : values;
    part.push_back(fmt::format("{}=?{}", names[i], i + 1));
  }
  return fmt::format("UPDATE {} SET {} WHERE {}", table.name, fmt::join(values, ","),
                     fmt::join(keys, " AND "));
}

std::string upsert_sql(const TableText& table) {
  std::vector<std::string> keys, values;
  for (const std::string& name : names_of(table)) {
    if (keys.size() < static_cast<std::size_t>(table.fixed)) {
      keys.push_back(name);
    } else {
      values.push_back(fmt::format("{0}=excluded.{0}", name));
    }
  }
  const std::string change =
      values.empty() ? "NOTHING" : fmt::format("UPDATE SET {}", fmt::join(values, ","));
  return fmt::format("{} ON CONFLICT({}) DO {}", insert_sql(table), fmt::join(keys, ","), change);
}

std::string select_sql(const TableText& table, std::string_view rest) {
  const std::string found = table.found.empty() ? "" : fmt::format(",{}", table.found);
  return fmt::format("SELECT {}{} FROM {} {}", table.columns, found,
                     table.view.empty() ? table.name : table.view, rest);
}

}  // namespace favorhook::store::sqlite
