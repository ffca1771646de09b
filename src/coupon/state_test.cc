#include "coupon/state.h"

#include <gtest/gtest.h>

namespace favorhook::coupon {
namespace {

Coupon a_coupon() {
  Coupon coupon;
  coupon.id = 7;
  coupon.stock_id = "1282070000000001";
  coupon.coupon_code = "code";
  coupon.send_merchant = "1900000001";
  coupon.out_request_no = "no-1";
  return coupon;
}

// The store's answer to all that is wanted by it.
template <class By>
void load(State& state, const std::optional<RowOf<By>>& row) {
  CHECK(state.table<RowOf<By>>().template load<By>(
      [&](const auto&) { return Result<std::optional<RowOf<By>>>(row); }));
}

TEST(State, ASequenceGoesOnFromWhereTheStoreHasIt) {
  State state;
  EXPECT_TRUE(state.want<Sequence>("code"));
  state.hold(Sequence{"code", 41});
  EXPECT_EQ(state.next("code"), 42);
  EXPECT_EQ(state.next("code"), 43);
  const auto& slot = state.table<Sequence>().slots().at({"code"});
  EXPECT_EQ(slot.row->last, 43);
  EXPECT_TRUE(slot.changed);
  EXPECT_FALSE(slot.is_new);
}

TEST(State, ASequenceBeginsAtOneAndIsANewRow) {
  State state;
  state.want<Sequence>("code");
  load<Sequence>(state, std::nullopt);
  EXPECT_EQ(state.next("code"), 1);
  EXPECT_EQ(state.next("code"), 2);
  EXPECT_TRUE(state.table<Sequence>().slots().at({"code"}).is_new);
}

TEST(State, KnowsWhichNumbersAreOfThisBatch) {
  State state;
  state.want<Sequence>("code");
  state.hold(Sequence{"code", 41});
  EXPECT_FALSE(state.made_here("code", 42));
  state.next("code");
  EXPECT_FALSE(state.made_here("code", 41));
  EXPECT_TRUE(state.made_here("code", 42));
  EXPECT_FALSE(state.made_here("person", 42));
}

TEST(State, WantAsksUntilTheRowIsLoaded) {
  State state;
  EXPECT_TRUE(state.want<Sequence>("code"));
  EXPECT_TRUE(state.want<Sequence>("code")) << "another command asked first, nobody has loaded";
  EXPECT_FALSE(state.has<Sequence>("code"));
  EXPECT_FALSE(state.loaded());
  load<Sequence>(state, std::nullopt);
  EXPECT_TRUE(state.loaded());
  EXPECT_FALSE(state.want<Sequence>("code"));
  EXPECT_EQ(state.find<Sequence>("code"), nullptr);
}

TEST(State, APutIsSeenByLaterCommandsOfTheBatch) {
  State state;
  EXPECT_EQ(state.peek<Callback>("1900000001"), nullptr);
  EXPECT_FALSE(state.changed());
  state.put(Callback{"1900000001", "https://localhost/a", {}});
  state.put(Callback{"1900000001", "https://localhost/b", {}});
  EXPECT_EQ(state.find<Callback>("1900000001")->notify_url, "https://localhost/b");
  EXPECT_EQ(state.peek<Callback>("1900000001")->notify_url, "https://localhost/b");
  EXPECT_TRUE(state.table<Callback>().slots().at({"1900000001"}).is_new);
  EXPECT_TRUE(state.changed());
}

TEST(State, ANewRowIsFoundByEveryIndexWhetherOrNotItWasWanted) {
  State state;
  state.want<Coupon::ByCode>("1282070000000001", "code");
  load<Coupon::ByCode>(state, std::nullopt);
  EXPECT_EQ(state.find<Coupon::ByCode>("1282070000000001", "code"), nullptr);
  state.put(a_coupon());
  EXPECT_EQ(state.find<Coupon::ByCode>("1282070000000001", "code")->id, 7);
  EXPECT_FALSE(state.want<Coupon::ByRequest>("1900000001", "no-1"));
  EXPECT_EQ(state.find<Coupon::ByRequest>("1900000001", "no-1")->id, 7);
  EXPECT_EQ(state.table<Coupon>().slots().size(), 1u) << "it is held once";
}

TEST(State, ARowFoundTwoWaysIsOneRowAndKeepsWhatTheBatchMadeOfIt) {
  State state;
  state.want<Coupon::ByCode>("1282070000000001", "code");
  load<Coupon::ByCode>(state, a_coupon());
  Coupon used = *state.find<Coupon::ByCode>("1282070000000001", "code");
  used.coupon_state = CouponState::used;
  state.put(used);
  // A later command finds it by its request; the store still has it as it was.
  EXPECT_TRUE(state.want<Coupon::ByRequest>("1900000001", "no-1"));
  load<Coupon::ByRequest>(state, a_coupon());
  EXPECT_EQ(state.find<Coupon::ByRequest>("1900000001", "no-1")->coupon_state, CouponState::used);
  const auto& slot = state.table<Coupon>().slots().at({7});
  EXPECT_TRUE(slot.changed);
  EXPECT_FALSE(slot.is_new);
}

TEST(State, AChangeInPlaceIsAChange) {
  State state;
  state.hold(a_coupon());
  EXPECT_FALSE(state.changed());
  state.change<Coupon>({7}, [](Coupon& coupon) { coupon.coupon_state = CouponState::expired; });
  EXPECT_TRUE(state.changed());
  EXPECT_EQ(state.find<Coupon>(7)->coupon_state, CouponState::expired);
}

TEST(StateDeathTest, FindingWhatWasNeverLoadedIsABug) {
  State state;
  EXPECT_DEATH(state.find<Callback>("1900000001"), "loaded");
  state.want<Callback>("1900000001");
  EXPECT_DEATH(state.find<Callback>("1900000001"), "loaded");
  state.want<Coupon::ByCode>("1282070000000001", "code");
  EXPECT_DEATH(state.find<Coupon::ByCode>("1282070000000001", "code"), "loaded");
}

TEST(StateDeathTest, WhatTheStoreWouldRefuseIsABug) {
  State state;
  state.put(a_coupon());
  Coupon twin = a_coupon();
  twin.id = 8;
  EXPECT_DEATH(state.put(twin), "a second row with an index's key");
  Coupon renamed = a_coupon();
  renamed.coupon_code = "another";
  EXPECT_DEATH(state.put(renamed), "same_keys");
  state.change<Coupon>({7}, [](Coupon& coupon) { coupon.out_request_no = "no-2"; });
  EXPECT_DEATH(state.find<Coupon::ByRequest>("1900000001", "no-1"), "tie");
}

}  // namespace
}  // namespace favorhook::coupon
