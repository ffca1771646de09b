#include "cli/json_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/text_style.h"

namespace favorhook::cli {
namespace {

std::string text_of(const boost::json::value& value) {
  if (value.is_null()) return "";
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_string()) return printable(std::string_view(value.get_string()));
  if (value.is_double()) return fmt::format("{:.1f}", value.get_double());
  const boost::json::array* list = value.if_array();
  if (list == nullptr) return boost::json::serialize(value);
  std::string joined;
  for (const auto& element : *list) joined += (joined.empty() ? "" : ", ") + text_of(element);
  return joined;
}

// Columns that a terminal gives a text: Chinese characters take two, and each is three bytes here.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    width += byte >= 0xe3 && byte < 0xf5 ? 2 : (byte & 0xc0) != 0x80 ? 1 : 0;
  }
  return width;
}

}  // namespace

std::string text_member(const boost::json::value& value, std::string_view name) {
  const boost::json::object* object = value.if_object();
  const boost::json::value* found = object == nullptr ? nullptr : object->if_contains(name);
  const boost::json::string* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::string shown(const boost::json::value& object, std::string_view name) {
  const boost::json::object* members = object.if_object();
  const boost::json::value* member = members == nullptr ? nullptr : members->if_contains(name);
  return member == nullptr ? "" : text_of(*member);
}

std::vector<boost::json::value> elements(const boost::json::value& object, std::string_view name) {
  const boost::json::object* members = object.if_object();
  const boost::json::value* member = members == nullptr ? nullptr : members->if_contains(name);
  if (member == nullptr || !member->is_array()) return {};
  const boost::json::array& list = member->get_array();
  return {list.begin(), list.end()};
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

void print_json(const boost::json::value& value) {
  fmt::print("{}\n", boost::json::serialize(value));
}

}  // namespace favorhook::cli
