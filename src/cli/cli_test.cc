#include "cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/temp_dir.h"
#include "runtime/data_dir.h"
#include "store/lock.h"

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

TEST(CommandLine, NamesAPlainRange) {
  const Ran ran = run_with({"event", "list", "--before", "-1"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.errors, HasSubstr("-1 not in range 1 to 9223372036854775807"));
  EXPECT_LT(ran.errors.size(), 160u) << ran.errors;
}

// Before a merchant's files are looked for.
TEST(CommandLine, SendsNoTextThatIsNotUtf8) {
  const Ran callback = run_with({"callback", "set", "--url", "https://a/\xff"});
  EXPECT_EQ(callback.code, 1);
  EXPECT_EQ(callback.errors, "favorhook: notify_url is not UTF-8\n");
  const Ran coupon =
      run_with({"coupon", "send", "--stock", "1", "--openid", "\xff", "--appid", "wx"});
  EXPECT_EQ(coupon.code, 1);
  EXPECT_EQ(coupon.errors, "favorhook: openid is not UTF-8\n");
}

class RotateMaster : public testing::Test {
 protected:
  RotateMaster() { CHECK(runtime::open_data_dir(data_, /*sandbox=*/true)); }
  Ran rotate() { return run_with({"--data", data_, "key", "rotate-master"}); }

  TempDir home_;
  const std::string data_ = home_.file("data");
};

TEST_F(RotateMaster, TellsWhomToStop) {
  const auto lock = store::take_store_lock(data_, "a test");
  ASSERT_TRUE(lock);
  const Ran ran = rotate();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.errors, HasSubstr("(a test, since "));
  EXPECT_THAT(ran.errors, HasSubstr("; stop it to rotate the master key"));
}

TEST_F(RotateMaster, TellsOfNobodyToStopWhereTheLockCannotBeWritten) {
  std::filesystem::remove(data_ + "/favorhook.lock");
  std::filesystem::create_symlink("/dev/full", data_ + "/favorhook.lock");
  const Ran ran = rotate();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.errors, HasSubstr("cannot write " + data_ + "/favorhook.lock"));
  EXPECT_THAT(ran.errors, testing::Not(HasSubstr("stop it")));
}

}  // namespace
}  // namespace favorhook::cli
