#include <gtest/gtest.h>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

using apiv3::ErrorId;

TEST(SetCallback, WhoMaySetWhose) {
  struct Case {
    const char* caller;
    const char* mchid;
    std::optional<ErrorId> refusal;
  };
  for (const Case& c : {
           Case{World::kCreator, World::kCreator, std::nullopt},
           Case{World::kProvider, World::kChild, std::nullopt},
           Case{World::kCreator, "1999999999", ErrorId::mch_not_exists},
           Case{World::kCreator, World::kStranger, ErrorId::no_auth},
           Case{World::kProvider, World::kStranger, ErrorId::no_auth},
           Case{World::kChild, World::kProvider, ErrorId::no_auth},
       }) {
    World world;
    EXPECT_EQ(world.refusal(SetCallback{c.caller, c.mchid, "https://localhost/new"}), c.refusal)
        << c.caller << " for " << c.mchid;
    const bool stored = world.stored.has<Callback>(c.mchid) &&
                        world.stored.find<Callback>(c.mchid)->notify_url == "https://localhost/new";
    EXPECT_EQ(stored, !c.refusal);
  }
}

TEST(SetCallback, SettingAgainReplacesAlsoWithTheSameUrl) {
  World world;
  for (const char* url : {"https://localhost/a", "https://localhost/b", "https://localhost/b"}) {
    world.now += Millis(1500);
    const Decision decision = world.run(SetCallback{World::kChild, World::kChild, url});
    ASSERT_TRUE(decision.has_value());
    const Callback& told = std::get<CallbackSet>(*decision).callback;
    EXPECT_EQ(told.mchid, World::kChild);
    EXPECT_EQ(told.notify_url, url);
    EXPECT_EQ(told.update_time, world.now);
    EXPECT_EQ(world.stored.find<Callback>(World::kChild)->notify_url, url);
    EXPECT_EQ(world.stored.find<Callback>(World::kChild)->update_time, world.now);
  }
}

}  // namespace
}  // namespace favorhook::coupon
