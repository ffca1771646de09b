// How commands write for a person: colours where stdout is a terminal, JSON over several lines, and
// nothing that a terminal would take for a command.
//
//   fmt::print("{}\n", styled(Style::good, "verified"));
//
// Thread safety: any thread.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace favorhook::cli {

enum class Style { plain, heading, faint, good, bad };

// The text in that style where stdout is a terminal and NO_COLOR is not set; else the text alone.
std::string styled(Style style, std::string_view text);

// Indented by two more spaces a level, raw UTF-8, each line behind `margin`.
std::string pretty_json(const boost::json::value& value, std::string_view margin = "");
// The same where the text is JSON; else the text itself behind the margin, printable.
std::string pretty_text(std::string_view text, std::string_view margin = "");

// Texts of others must not steer the terminal: base/printable.h, with their line breaks.
std::string printable(std::string_view text);

}  // namespace favorhook::cli
