#include "cli/text_style.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cstdlib>

#include "apiv3/json.h"
#include "base/printable.h"

namespace favorhook::cli {
namespace {

bool coloured() {
  return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::heading:
      return "\x1b[1m";
    case Style::faint:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::bad:
      return "\x1b[31m";
    case Style::plain:
      break;
  }
  return "";
}

void append_pretty(std::string& out, const boost::json::value& value,
                   const std::string& line_start);

// One member or item after the other, each on a line of its own between the brackets.
template <class Items, class Append>
void append_all(std::string& out, const Items& items, std::string_view brackets,
                const std::string& line_start, Append append) {
  out.push_back(brackets[0]);
  bool first = true;
  for (const auto& item : items) {
    out += first ? "" : ",";
    out += line_start + "  ";
    append(item);
    first = false;
  }
  if (!first) out += line_start;
  out.push_back(brackets[1]);
}

void append_pretty(std::string& out, const boost::json::value& value,
                   const std::string& line_start) {
  const std::string deeper = line_start + "  ";
  if (const auto* object = value.if_object()) {
    append_all(out, *object, "{}", line_start, [&](const boost::json::key_value_pair& member) {
      apiv3::append_json_string(out, member.key());
      out += ": ";
      append_pretty(out, member.value(), deeper);
    });
  } else if (const auto* array = value.if_array()) {
    append_all(out, *array, "[]", line_start,
               [&](const boost::json::value& item) { append_pretty(out, item, deeper); });
  } else {
    out += apiv3::to_ordered_json(value);
  }
}

}  // namespace

std::string styled(Style style, std::string_view text) {
  if (style == Style::plain || !coloured()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", code_of(style), text);
}

std::string pretty_json(const boost::json::value& value, std::string_view margin) {
  std::string out(margin);
  append_pretty(out, value, "\n" + std::string(margin));
  return out;
}

std::string pretty_text(std::string_view text, std::string_view margin) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  if (!error) return pretty_json(value, margin);
  std::string out(margin);
  for (const char c : printable(text)) {
    out.push_back(c);
    if (c == '\n') out += margin;
  }
  return out;
}

std::string printable(std::string_view text) {
  return favorhook::printable(text, LineBreaks::kept);
}

}  // namespace favorhook::cli
