// Members of the operator's API answers, for commands that show them to a person. Private to cli/.
//
//   fmt::print("{}\n", shown(event, "state"));
//
// Pure functions. Errors: a member that is missing or null is an empty text.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace favorhook::cli {

// The member as text, "" where there is none or it is no string.
std::string text_member(const boost::json::value& value, std::string_view name);
// The member as a person reads it: texts and numbers as they are, "yes" and "no", lists with
// commas.
std::string shown(const boost::json::value& object, std::string_view name);
// The member's elements; empty where it is no list.
std::vector<boost::json::value> elements(const boost::json::value& object, std::string_view name);

// Columns under their headings, as wide as their widest cell.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

// One JSON document on stdout, as --json asks for.
void print_json(const boost::json::value& value);

}  // namespace favorhook::cli
