#include "base/log.h"

#include <gmock/gmock.h>

namespace favorhook {
namespace {

using testing::EndsWith;

std::string logged(LogLevel level, std::initializer_list<LogField> fields) {
  testing::internal::CaptureStderr();
  log_line(level, "event", fields);
  return testing::internal::GetCapturedStderr();
}

TEST(Log, IsALineOfFields) {
  EXPECT_THAT(logged(LogLevel::warning, {{"word", "plain"}, {"number", -7}, {"券", "商家"}}),
              EndsWith(" warning event word=plain number=-7 券=商家\n"));
}

TEST(Log, QuotesWhatDoesNotReadAsOneWord) {
  EXPECT_THAT(logged(LogLevel::error, {{"a", "two words"}, {"b", ""}, {"c", "x=1"}}),
              EndsWith(R"( a="two words" b="" c="x=1")"
                       "\n"));
  EXPECT_THAT(logged(LogLevel::error, {{"a", R"(say "\)"}}), EndsWith(R"( a="say \"\\")"
                                                                      "\n"));
}

TEST(Log, LetsNobodyBeginALineOrSteerATerminal) {
  EXPECT_THAT(logged(LogLevel::error, {{"a", "x\nerror forged"}, {"b", "\x1b[2J\xc2\x9b\xff"}}),
              EndsWith(R"( a="x\x0aerror forged" b="\x1b[2J\xc2\x9b\xff")"
                       "\n"));
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  set_log_level(LogLevel::warning);
  EXPECT_EQ(logged(LogLevel::info, {}), "");
  EXPECT_NE(logged(LogLevel::warning, {}), "");
  set_log_level(LogLevel::none);
  EXPECT_EQ(logged(LogLevel::error, {}), "");
  set_log_level(LogLevel::info);
  EXPECT_EQ(log_level_from("warning"), LogLevel::warning);
  EXPECT_EQ(log_level_from("Warning"), std::nullopt);
}

}  // namespace
}  // namespace favorhook
