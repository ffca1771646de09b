// The facade by itself, on commands of the test; cli_test.cc has the program's own.
#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "cli/cli.h"

namespace favorhook::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kVariable = "FAVORHOOK_TEST_OF_COMMAND_LINE";

class Facade : public testing::Test {
 protected:
  ~Facade() override { ::unsetenv(kVariable); }

  std::optional<int> parse(const std::string& arguments) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto exit_code = program_.parse(arguments);
    output_ = testing::internal::GetCapturedStdout();
    errors_ = testing::internal::GetCapturedStderr();
    return exit_code;
  }

  // The reason that is given, without the line that follows each.
  std::string refusal(const std::string& arguments) {
    EXPECT_EQ(parse(arguments), kUsage) << arguments;
    EXPECT_EQ(output_, "");
    const std::size_t end = errors_.find('\n');
    EXPECT_EQ(errors_.substr(std::min(end, errors_.size())),
              "\nRun with --help for more information.\n");
    return errors_.substr(0, end);
  }

  std::string help(const std::string& arguments) {
    EXPECT_EQ(parse(arguments + " --help"), kDone);
    EXPECT_EQ(errors_, "");
    return output_;
  }

  CommandLine program_{"program", "what it is for"};
  std::string output_, errors_;
};

TEST_F(Facade, WritesEveryTypeAndRunsTheActionOfTheCommandGiven) {
  struct {
    std::string text;
    std::vector<std::string> texts;
    int number = 0;
    std::optional<int> perhaps, never;
    std::int64_t large = 0;
    std::uint16_t port = 0;
    std::uint64_t seed = 0;
    bool flag = false;
  } given;
  int runs = 0, others = 0;
  CommandLine command = program_.command("one", "a command");
  command.option("file,--file", given.text, "by place or by name");
  command.option("--texts", given.texts, "several");
  command.option("--number", given.number, "a number");
  command.option("--perhaps", given.perhaps, "given");
  command.option("--never", given.never, "not given");
  command.option("--large", given.large, "64 bits");
  command.option("--port", given.port, "16 bits");
  command.option("--seed", given.seed, "without a sign");
  command.flag("--flag", given.flag, "a flag");
  command.action([&runs] { ++runs; });
  program_.command("other", "another").action([&others] { ++others; });
  EXPECT_EQ(
      parse("one here --texts a --texts b --number -1 --perhaps 0 --large -9223372036854775808"
            " --port 65535 --seed 18446744073709551615 --flag"),
      std::nullopt);
  EXPECT_EQ(output_ + errors_, "");
  EXPECT_EQ(given.text, "here");
  EXPECT_THAT(given.texts, ElementsAre("a", "b"));
  EXPECT_EQ(given.number, -1);
  EXPECT_EQ(given.perhaps, 0);
  EXPECT_EQ(given.never, std::nullopt);
  EXPECT_EQ(given.large, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(given.port, 65535);
  EXPECT_EQ(given.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(given.flag);
  EXPECT_EQ(parse("one --file there"), std::nullopt);
  EXPECT_EQ(given.text, "there");
  EXPECT_EQ(refusal("one --port 65536"), "Could not convert: --port = 65536");
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(others, 0);
}

TEST_F(Facade, RefusesWhatAnOptionDoesNotTake) {
  std::string kind, id;
  std::optional<int> percent;
  int runs = 0;
  program_.option("--kind", kind, "one of two").required().one_of({"direct", "provider"});
  program_.option("--percent", percent, "of a hundred").between(0, 100);
  program_.option("--id", id, "digits").check([](const std::string& text) {
    return text.find_first_not_of("0123456789") == text.npos ? std::string() : "digits only";
  });
  program_.action([&runs] { ++runs; });
  EXPECT_EQ(refusal(""), "--kind is required");
  EXPECT_EQ(refusal("--kind bank"), "--kind: bank not in {direct,provider}");
  EXPECT_EQ(refusal("--kind direct --percent 101"), "--percent: Value 101 not in range 0 to 100");
  EXPECT_EQ(refusal("--kind direct --percent -1"), "--percent: Value -1 not in range 0 to 100");
  EXPECT_EQ(refusal("--kind direct --percent x"), "--percent: Value x not in range 0 to 100");
  EXPECT_EQ(refusal("--kind direct --id 1x"), "--id: digits only");
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(parse("--kind provider --percent 0"), std::nullopt);
  EXPECT_EQ(parse("--kind direct --percent 100 --id 17"), std::nullopt);
  EXPECT_EQ(runs, 2);
}

TEST_F(Facade, HoldsOptionsTogetherAndApart) {
  std::string certificate, key, url;
  int answer = 0;
  Option first = program_.option("--cert", certificate, "needs the key");
  const Option second = program_.option("--key", key, "its key");
  first.needs(second);
  const Option status = program_.option("--answer", answer, "not with a URL");
  program_.option("--forward-to", url, "in place of an answer").excludes(status);
  EXPECT_EQ(refusal("--cert c"), "--cert requires --key");
  EXPECT_EQ(parse("--key k"), std::nullopt);
  EXPECT_FALSE(first.given());
  EXPECT_TRUE(second.given());
  EXPECT_EQ(parse("--cert c --key k"), std::nullopt);
  EXPECT_EQ(refusal("--answer 200 --forward-to u"), "--answer excludes --forward-to");
  EXPECT_EQ(parse("--forward-to u"), std::nullopt);
}

TEST_F(Facade, TakesTheEnvironmentWhereNothingIsGiven) {
  std::string data = "here";
  program_.option("--data", data, "the directory").environment(kVariable);
  const Option option = program_.find_option("--data");
  EXPECT_EQ(parse(""), std::nullopt);
  EXPECT_EQ(data, "here");
  EXPECT_FALSE(option.given());
  ::setenv(kVariable, "there", 1);
  EXPECT_EQ(parse(""), std::nullopt);
  EXPECT_EQ(data, "there");
  EXPECT_TRUE(option.given());
  EXPECT_EQ(parse("--data elsewhere"), std::nullopt);
  EXPECT_EQ(data, "elsewhere");
}

TEST_F(Facade, GivesUpToTheProgramWhatACommandDoesNotKnow) {
  bool as_json = false;
  program_.flag("--json", as_json, "for machines");
  program_.command("alone", "added before");
  program_.fallthrough();
  program_.command("list", "added after");
  EXPECT_EQ(refusal("alone --json"), "The following argument was not expected: --json");
  EXPECT_FALSE(as_json);
  EXPECT_EQ(parse("list --json"), std::nullopt);
  EXPECT_TRUE(as_json);
}

TEST_F(Facade, NamesTheCommandThatThereIsNot) {
  program_.requires_command();
  CommandLine group = program_.command("group", "needs another");
  group.requires_command();
  group.command("leaf", "needs none");
  EXPECT_EQ(refusal("nonsense"), "there is no command nonsense");
  EXPECT_EQ(refusal("group nonsense"), "there is no command nonsense");
  EXPECT_EQ(refusal(""), "A subcommand is required");
  EXPECT_EQ(refusal("group"), "A subcommand is required");
  EXPECT_EQ(refusal("group leaf extra"), "The following argument was not expected: extra");
  EXPECT_THAT(help("nonsense"), HasSubstr("what it is for\n"));
}

TEST_F(Facade, HelpTellsWhatWasDeclared) {
  std::string out = "./here", name = "not shown", address;
  std::int64_t count = 7;
  program_.help_flag("-h,--help", "print this");
  program_.footer("what comes last");
  program_.column_width(20);
  CommandLine command = program_.command("make", "make one");
  program_.find_command("make").group("Makers");
  command.option("--out", out, "where").value_name("DIR").shows_default();
  command.option("--count", count, "many").between(1, 9).shows_default();
  command.option("--name", name, "whose").required();
  command.option("--at", address, "whither")
      .check([](const std::string&) { return std::string(); }, "HOST:PORT");

  const std::string whole = help("");
  EXPECT_THAT(whole,
              testing::StartsWith("what it is for\nUsage: program [OPTIONS] [SUBCOMMAND]\n"));
  EXPECT_THAT(whole, HasSubstr("\n  -h,--help         print this\n"));
  EXPECT_THAT(whole, HasSubstr("\nMakers:\n  make              make one\n"));
  EXPECT_THAT(whole, testing::EndsWith("\nwhat comes last\n"));

  const std::string one = help("make");
  EXPECT_THAT(one, HasSubstr("\n  -h,--help         print this\n"));
  EXPECT_THAT(one, HasSubstr("\n  --out DIR=./here  where\n"));
  EXPECT_THAT(one, HasSubstr("--count INT:INT in [1 - 9]=7\n"));
  EXPECT_THAT(one, HasSubstr("--name TEXT REQUIRED\n"));
  EXPECT_THAT(one, Not(HasSubstr("not shown")));
  EXPECT_THAT(one, HasSubstr("--at TEXT:HOST:PORT\n"));
  EXPECT_THAT(one, testing::EndsWith("\nwhat comes last\n"));
}

TEST_F(Facade, PrintsTheVersion) {
  program_.version_flag("--version", "program 1.2", "print the version");
  program_.requires_command();
  EXPECT_EQ(parse("--version"), kDone);
  EXPECT_EQ(output_, "program 1.2\n");
}

TEST_F(Facade, HasTheNameItIsCalledByWhereItHasNone) {
  program_ = CommandLine("", "what it is for");
  const char* argv[] = {"./called", "--help"};
  testing::internal::CaptureStdout();
  EXPECT_EQ(program_.parse(2, argv), kDone);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("Usage: ./called [OPTIONS]\n"));
}

}  // namespace
}  // namespace favorhook::cli
