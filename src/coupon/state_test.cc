#include "coupon/state.h"

#include <gtest/gtest.h>

namespace favorhook::coupon {
namespace {

void mark_loaded(State& state, std::optional<Sequence> row) {
  auto& slot = state.sequences.slots().at("code");
  slot.loaded = true;
  slot.row = std::move(row);
}

TEST(State, ASequenceGoesOnFromWhereTheStoreHasIt) {
  State state;
  EXPECT_TRUE(state.sequences.want("code"));
  mark_loaded(state, Sequence{"code", 41});
  EXPECT_EQ(state.next("code"), 42);
  EXPECT_EQ(state.next("code"), 43);
  const auto& slot = state.sequences.slots().at("code");
  EXPECT_EQ(slot.row->last, 43);
  EXPECT_TRUE(slot.changed);
  EXPECT_FALSE(slot.is_new);
}

TEST(State, ASequenceBeginsAtOneAndIsANewRow) {
  State state;
  state.sequences.want("code");
  mark_loaded(state, std::nullopt);
  EXPECT_EQ(state.next("code"), 1);
  EXPECT_EQ(state.next("code"), 2);
  EXPECT_TRUE(state.sequences.slots().at("code").is_new);
}

TEST(State, KnowsWhichNumbersAreOfThisBatch) {
  State state;
  state.sequences.want("code");
  mark_loaded(state, Sequence{"code", 41});
  EXPECT_FALSE(state.made_here("code", 42));
  state.next("code");
  EXPECT_FALSE(state.made_here("code", 41));
  EXPECT_TRUE(state.made_here("code", 42));
  EXPECT_FALSE(state.made_here("person", 42));
}

TEST(State, WantAsksUntilTheRowIsLoaded) {
  State state;
  EXPECT_TRUE(state.sequences.want("code"));
  EXPECT_TRUE(state.sequences.want("code")) << "another command asked first, nobody has loaded";
  EXPECT_FALSE(state.sequences.has("code"));
  mark_loaded(state, std::nullopt);
  EXPECT_FALSE(state.sequences.want("code"));
  EXPECT_EQ(state.sequences.find("code"), nullptr);
}

TEST(State, APutIsSeenByLaterCommandsOfTheBatch) {
  State state;
  EXPECT_EQ(state.callbacks.peek("1900000001"), nullptr);
  state.callbacks.put("1900000001", Callback{"1900000001", "https://localhost/a", {}});
  state.callbacks.put("1900000001", Callback{"1900000001", "https://localhost/b", {}});
  EXPECT_EQ(state.callbacks.find("1900000001")->notify_url, "https://localhost/b");
  EXPECT_EQ(state.callbacks.peek("1900000001")->notify_url, "https://localhost/b");
  EXPECT_TRUE(state.callbacks.slots().at("1900000001").is_new);
}

TEST(StateDeathTest, FindingWhatWasNeverLoadedIsABug) {
  State state;
  EXPECT_DEATH(state.callbacks.find("1900000001"), "loaded");
  state.callbacks.want("1900000001");
  EXPECT_DEATH(state.callbacks.find("1900000001"), "loaded");
}

}  // namespace
}  // namespace favorhook::coupon
