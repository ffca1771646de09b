#include "store/lock.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "store/test_home.h"

namespace favorhook::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(StoreLock, ASecondHolderIsToldWhoHoldsIt) {
  const TempDir dir;
  const Result<StoreLock> first = take_store_lock(dir.path(), "favorhook serve");
  ASSERT_TRUE(first) << first.error().what;
  const Result<StoreLock> second = take_store_lock(dir.path(), "favorhook event");
  ASSERT_FALSE(second);
  EXPECT_THAT(
      second.error().what,
      AllOf(HasSubstr(fmt::format("the store in {} is held by pid {} (favorhook serve, since 20",
                                  dir.path(), ::getpid())),
            HasSubstr("+08:00)")));
}

TEST(StoreLock, IsFreeAgainWhenItsHolderIsGone) {
  const TempDir dir;
  {
    const Result<StoreLock> first = take_store_lock(dir.path(), "favorhook serve");
    ASSERT_TRUE(first);
  }
  EXPECT_TRUE(take_store_lock(dir.path(), "favorhook serve"));
}

// Killed, it could not take its line out of the file; then somebody looks into the store.
TEST(StoreLock, NobodyIsToldOfAHolderThatWasKilled) {
  const TempDir dir;
  // Above Linux's greatest process id.
  std::ofstream(dir.file("favorhook.lock")) << "pid 8388608, favorhook serve, since 2026-01-01\n";
  const Result<StoreLook> look = look_at_store_lock(dir.path());
  ASSERT_TRUE(look && look->kept);
  const Result<StoreLock> lock = take_store_lock(dir.path(), "favorhook serve");
  ASSERT_FALSE(lock);
  EXPECT_THAT(lock.error().what, testing::EndsWith("is held by another process"));
}

TEST(StoreLock, MovesWithItsOwner) {
  const TempDir dir;
  Result<StoreLock> first = take_store_lock(dir.path(), "favorhook serve");
  ASSERT_TRUE(first);
  {
    const StoreLock taken = std::move(*first);
    EXPECT_FALSE(take_store_lock(dir.path(), "favorhook serve"));
  }
  EXPECT_TRUE(take_store_lock(dir.path(), "favorhook serve"));
}

TEST(StoreLock, ItsFileIsPrivate) {
  const TempDir dir;
  const Result<StoreLock> lock = take_store_lock(dir.path(), "favorhook serve");
  struct stat file{};
  ASSERT_EQ(::stat((dir.path() + "/favorhook.lock").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777u, 0600u);
}

TEST(StoreLock, SaysWhyWhereTheDirectoryIsMissing) {
  const Result<StoreLock> lock = take_store_lock("/nonexistent", "favorhook serve");
  ASSERT_FALSE(lock);
  EXPECT_THAT(lock.error().what, HasSubstr("/nonexistent/favorhook.lock: No such file"));
}

}  // namespace
}  // namespace favorhook::store
