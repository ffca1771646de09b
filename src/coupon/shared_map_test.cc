#include "coupon/shared_map.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace favorhook::coupon {
namespace {

using Pairs = std::vector<std::pair<std::string, int>>;

Pairs after(const SharedMap<int>& map, std::string_view key, std::size_t most) {
  Pairs found;
  map.each_after(key, [&](const std::string& each, int value) {
    found.emplace_back(each, value);
    return found.size() < most;
  });
  return found;
}

TEST(SharedMap, ACopyChangesWithoutTheOther) {
  SharedMap<int> first;
  first.put("a", 1);
  first.put("b", 2);
  SharedMap<int> second = first;
  second.put("a", 10);
  second.put("c", 3);
  EXPECT_EQ(*first.find("a"), 1);
  EXPECT_EQ(first.find("c"), nullptr);
  EXPECT_EQ(first.size(), 2u);
  EXPECT_EQ(*second.find("a"), 10);
  EXPECT_EQ(*second.find("b"), 2);
  EXPECT_EQ(second.size(), 3u);
}

TEST(SharedMap, PagesComeInTheOrderOfKeys) {
  SharedMap<int> map;
  for (int i = 999; i >= 0; --i) map.put(fmt::format("{:03}", i), i);
  EXPECT_EQ(after(map, "", 2), (Pairs{{"000", 0}, {"001", 1}}));
  EXPECT_EQ(after(map, "499", 2), (Pairs{{"500", 500}, {"501", 501}}));
  EXPECT_EQ(after(map, "4995", 1), (Pairs{{"500", 500}}));
  EXPECT_EQ(after(map, "998", 9), (Pairs{{"999", 999}}));
  EXPECT_EQ(after(map, "", 2000).size(), 1000u);
  EXPECT_TRUE(after(map, "999", 9).empty());
}

}  // namespace
}  // namespace favorhook::coupon
