#include "cli/text_style.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace favorhook::cli {
namespace {

TEST(PrettyJson, IndentsAndKeepsOrderAndUtf8) {
  EXPECT_EQ(pretty_json(boost::json::parse(R"({"b":[1,"券"],"a":{},"c":{"d":null}})")),
            "{\n  \"b\": [\n    1,\n    \"券\"\n  ],\n  \"a\": {},\n  \"c\": {\n    \"d\": null\n  "
            "}\n}");
  EXPECT_EQ(pretty_json(boost::json::parse("[true]"), "> "), "> [\n>   true\n> ]");
}

TEST(PrettyText, LeavesWhatIsNoJsonButMakesItHarmless) {
  EXPECT_EQ(pretty_text("<html>\n\x1b[2J", "  "), "  <html>\n  \\x1b[2J");
  EXPECT_EQ(pretty_text("{\"a\":1}"), "{\n  \"a\": 1\n}");
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable(std::string_view("a\0\r\t\x7f\nb", 7)), "a\\x00\\x0d\\x09\\x7f\nb");
  EXPECT_EQ(printable("券"), "券");
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J"),
            "\\xc2\\x9b2J")
      << "a terminal may take U+009B for ESC [";
}

// The tests' stdout is no terminal.
TEST(Styled, LeavesTheTextAloneWhereStdoutIsNoTerminal) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(styled(Style::bad, "x"), "x");
  testing::internal::GetCapturedStdout();
}

}  // namespace
}  // namespace favorhook::cli
