// That a log is as durable as it looks is for simulations to show (sim/); here: that it stays what
// it was, and what is said where it cannot be written.
#include "store/sqlite/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/probe.h"
#include "base/temp_dir.h"

namespace favorhook::store::sqlite {
namespace {

class CountsHits final : public Probes {
 public:
  CountsHits() { probes = this; }
  ~CountsHits() override { probes = nullptr; }
  void hit(std::string_view) override { ++hits; }
  int hits = 0;
};

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(LogFile, IsWhatItWasWhateverItsSize) {
  const TempDir dir;
  const std::string store = dir.path() + "/favorhook.db";
  std::ofstream(store, std::ios::binary) << "a log has a store beside it";
  for (const std::size_t size : {1UL, 32UL, 262'144UL, 262'145UL, 1'000'003UL}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + (i >> 8));
    std::ofstream(store + "-wal", std::ios::binary) << bytes;
    const CountsHits counted;
    const Result<void> done = write_log_again(store, "");
    ASSERT_TRUE(done) << size << " bytes: " << done.error().what;
    EXPECT_EQ(counted.hits, 1) << "its " << size << " bytes were not written";
    EXPECT_EQ(read(store + "-wal"), bytes);
  }
}

TEST(LogFile, NeedsNotBeThere) {
  const TempDir dir;
  const CountsHits counted;
  EXPECT_TRUE(write_log_again(dir.path() + "/favorhook.db", ""));
  EXPECT_EQ(counted.hits, 0);
  EXPECT_FALSE(std::filesystem::exists(dir.path() + "/favorhook.db-wal"));
}

TEST(LogFile, ThatCannotBeWrittenIsNamed) {
  const TempDir dir;
  const std::string store = dir.path() + "/favorhook.db";
  std::filesystem::create_directory(store + "-wal");
  const Result<void> done = write_log_again(store, "");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().what, testing::HasSubstr("favorhook.db-wal: cannot be written again"));
}

}  // namespace
}  // namespace favorhook::store::sqlite
