// Text of others, as it may be shown on a terminal, logged or put into JSON.
//
//   fmt::print("{}\n", printable(answer.body, LineBreaks::kept));
//
// What is no UTF-8 becomes \xNN byte by byte, and so does every control character (C0, DEL and C1):
// a terminal would act on it. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace favorhook {

enum class LineBreaks { escaped, kept };

std::string printable(std::string_view bytes, LineBreaks line_breaks = LineBreaks::escaped);

}  // namespace favorhook
