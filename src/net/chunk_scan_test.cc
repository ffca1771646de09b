#include "net/chunk_scan.h"

#include <gtest/gtest.h>

namespace favorhook::net {
namespace {

struct Case {
  std::string_view bytes;
  bool after_chunk;
  ChunkScan::State state;
  std::size_t size = 0;
};

TEST(ChunkScan, KnowsWhereALineOrTheTrailerEnds) {
  constexpr auto kMore = ChunkScan::more;
  constexpr auto kComplete = ChunkScan::complete;
  constexpr auto kRefused = ChunkScan::refused;
  const Case cases[] = {
      {"", false, kMore},
      {"a", false, kMore},
      {"a\r", false, kMore},
      {"a\r\n", false, kComplete, 3},
      {"a\r\ndata", false, kComplete, 3},
      {"0A;x=\"y\"\r\nd", false, kComplete, 10},
      {"1;a=\"\r\n", false, kComplete, 7},
      {"0\r\n", false, kMore},
      {"0\r\n\r", false, kMore},
      {"0\r\n\r\n", false, kComplete, 5},
      {"000;x\r\n\r\nGET", false, kComplete, 9},
      {"0\r\nX: y\r\n", false, kMore},
      {"0\r\nX: y\r\n\r\n0\r\n\r\n", false, kComplete, 11},
      {"\r", true, kMore},
      {"\r\n", true, kMore},
      {"\r\n5\r\nabcde", true, kComplete, 5},
      {"\r\n0\r\n\r\n", true, kComplete, 7},
      {"x", false, kRefused},
      {"\r\n5\r\n", false, kRefused},
      {"5\r\n", true, kRefused},
      {"\rx", true, kRefused},
      {"\r\nx", true, kRefused},
      {"5\n", false, kRefused},
      {"5\rx", false, kRefused},
      {"5;\x01", false, kRefused},
  };
  for (const Case& one : cases) {
    const ChunkScan scan = scan_chunk(one.bytes, one.after_chunk);
    EXPECT_EQ(scan.state, one.state) << one.bytes;
    EXPECT_EQ(scan.size, one.size) << one.bytes;
  }
}

}  // namespace
}  // namespace favorhook::net
