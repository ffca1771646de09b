#include "cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace favorhook::cli {
namespace {

using testing::HasSubstr;

struct Ran {
  int code = 0;
  std::string errors;
};

Ran run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "favorhook");
  std::vector<char*> argv;
  for (std::string& each : arguments) argv.push_back(each.data());
  testing::internal::CaptureStderr();
  Ran ran;
  ran.code = run(static_cast<int>(argv.size()), argv.data());
  ran.errors = testing::internal::GetCapturedStderr();
  return ran;
}

TEST(CommandLine, NamesACommandThatThereIsNot) {
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"nonsense"}, {"merchant", "nonsense"}, {"nonsense", "--json"}}) {
    const Ran ran = run_with(line);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.errors, HasSubstr("there is no command nonsense"));
  }
}

TEST(CommandLine, TellsThatACommandOrAnOptionIsMissing) {
  EXPECT_EQ(run_with({}).code, 2);
  EXPECT_THAT(run_with({"merchant"}).errors, HasSubstr("subcommand is required"));
  const Ran ran = run_with({"merchant", "add", "--mchid", "1900000001"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.errors, HasSubstr("--name"));
}

}  // namespace
}  // namespace favorhook::cli
