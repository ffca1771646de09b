// Who a notification says has received the coupon, and where that is known from.
#include "coupon/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

using apiv3::ErrorId;
using testing::MatchesRegex;

constexpr const char* kLikeAnOpenid = "o[0-9A-Za-z_-]{27}";

struct Told {
  std::string openid;
  std::string unionid;
};

Told told_in(const Event& event) {
  const auto plaintext = boost::json::parse(event.plaintext).as_object();
  return {std::string(plaintext.at("openid").as_string()),
          std::string(plaintext.at("unionid").as_string())};
}

// Sends to the openid under kAppid, from a stock with that notify_appid.
Told send_and_read(World& world, const std::string& notify_appid, const std::string& openid,
                   const std::string& request = "no-1") {
  if (!world.stored.has<Stock>("1282070000000007")) world.add_stock();
  world.stored.table<Stock>().slots().at({"1282070000000007"}).row->notify_appid = notify_appid;
  EXPECT_EQ(world.refusal(world.send(request, openid)), std::nullopt);
  return told_in(world.last_event());
}

TEST(Users, UnconfirmedWithoutNotifyAppidBothIdsAreEmptyTexts) {
  World world;
  const Told told = send_and_read(world, "", "oSomebody");
  EXPECT_EQ(told.openid, "");
  EXPECT_EQ(told.unionid, "");
}

TEST(Users, TheSameAppidTellsTheSameOpenid) {
  for (const bool known : {false, true}) {
    World world;
    if (known) {
      ASSERT_TRUE(world.run(ImportUser{{{World::kAppid, "oSomebody"}}, {}}));
    }
    EXPECT_EQ(send_and_read(world, World::kAppid, "oSomebody").openid, "oSomebody");
  }
}

TEST(Users, ASandboxMakesUpIdsAndKeepsThem) {
  World world;
  const Told told = send_and_read(world, World::kNotifyAppid, "oSomebody");
  EXPECT_THAT(told.openid, MatchesRegex(kLikeAnOpenid));
  EXPECT_THAT(told.unionid, MatchesRegex(kLikeAnOpenid));
  EXPECT_NE(told.openid, told.unionid);

  const Told again = send_and_read(world, World::kNotifyAppid, "oSomebody", "no-2");
  EXPECT_EQ(again.openid, told.openid);
  EXPECT_EQ(again.unionid, told.unionid);
  const Told in_same_group = send_and_read(world, World::kAppid, "oSomebody", "no-3");
  EXPECT_EQ(in_same_group.unionid, told.unionid) << "a unionid is of the group, not of the appid";
  const Told other = send_and_read(world, World::kNotifyAppid, "oSomebodyElse", "no-4");
  EXPECT_NE(other.openid, told.openid);
  EXPECT_NE(other.unionid, told.unionid);

  SendCoupon to_made_up = world.send("no-5", told.openid);
  to_made_up.appid = World::kNotifyAppid;
  world.merchant(World::kCreator).appids.insert(World::kNotifyAppid);
  EXPECT_EQ(world.refusal(to_made_up), std::nullopt);
  EXPECT_EQ(world.stored.find<Coupon::ByRequest>(World::kCreator, "no-5")->person, 1)
      << "the made-up openid names the same person";
}

TEST(Users, ASandboxMakesUpTheSameIdsOnNewData) {
  World first;
  World second;
  EXPECT_EQ(send_and_read(first, World::kNotifyAppid, "oSomebody").openid,
            send_and_read(second, World::kNotifyAppid, "oSomebody").openid);
}

// The id that the second person would be given can be worked out, and sent to first.
TEST(Users, AMadeUpOpenidThatARequestOfTheBatchTookIsNobodyElses) {
  World other;
  send_and_read(other, World::kNotifyAppid, "oFirst");
  const std::string of_second = send_and_read(other, World::kNotifyAppid, "oSecond", "no-2").openid;

  World world;
  world.add_stock().notify_appid = World::kNotifyAppid;
  world.merchant(World::kCreator).appids.insert(World::kNotifyAppid);
  SendCoupon taken = world.send("no-1", of_second);
  taken.appid = World::kNotifyAppid;
  const auto decisions = world.run_batch({taken, world.send("no-2", "oSecond")});
  ASSERT_TRUE(decisions[0].has_value());
  ASSERT_TRUE(decisions[1].has_value());
  EXPECT_EQ(told_in(*world.stored.find<Event>(1)).openid, of_second);
  EXPECT_EQ(told_in(*world.stored.find<Event>(2)).openid, "");
}

TEST(Users, AnAppidWithoutAGroupHasNoUnionid) {
  World world;
  const Told told = send_and_read(world, World::kLonelyAppid, "oSomebody");
  EXPECT_THAT(told.openid, MatchesRegex(kLikeAnOpenid));
  EXPECT_EQ(told.unionid, "");
}

TEST(Users, ImportedIdsAreTold) {
  for (const bool sandbox : {false, true}) {
    World world;
    world.sandbox = sandbox;
    ASSERT_TRUE(
        world.run(ImportUser{{{World::kAppid, "oUnderA"}, {World::kNotifyAppid, "oUnderNotify"}},
                             {{World::kGroup, "oTheUnion"}}}));
    const Told told = send_and_read(world, World::kNotifyAppid, "oUnderA");
    EXPECT_EQ(told.openid, "oUnderNotify");
    EXPECT_EQ(told.unionid, "oTheUnion");
  }
}

TEST(Users, ProductionMakesUpNothing) {
  World world;
  world.sandbox = false;
  ASSERT_TRUE(world.run(ImportUser{{{World::kAppid, "oUnderA"}}, {}}));
  const Told told = send_and_read(world, World::kNotifyAppid, "oUnderA");
  EXPECT_EQ(told.openid, "");
  EXPECT_EQ(told.unionid, "");
  EXPECT_EQ(world.stored.table<User>().slots().size(), 1u);
  EXPECT_EQ(world.refusal(world.send("no-2", "oUnknown")), ErrorId::user_not_exists);
}

TEST(Users, ASandboxTakesAnyWellFormedOpenid) {
  struct Case {
    std::string openid;
    bool well_formed;
  };
  for (const Case& c : {
           Case{"oABC-1", true},
           Case{std::string(64, '_'), true},
           Case{"oABC1", false},
           Case{std::string(65, 'o'), false},
           Case{"oABC 1", false},
           Case{"oABC/1", false},
           Case{"oABC券", false},
           Case{"", false},
       }) {
    EXPECT_EQ(well_formed_openid(c.openid), c.well_formed) << c.openid;
    World world;
    world.add_stock();
    EXPECT_EQ(world.refusal(world.send("no-1", c.openid)),
              c.well_formed ? std::nullopt : std::optional(ErrorId::user_not_exists))
        << c.openid;
  }
}

TEST(Users, OneNewOpenidInTwoSendsOfABatchIsOnePerson) {
  World world;
  world.add_stock().notify_appid = World::kNotifyAppid;
  const auto decisions = world.run_batch(
      {world.send("no-1"), world.send("no-2"), world.send("no-1"), world.send("no-3", "oOther")});
  for (const Decision& decision : decisions) EXPECT_TRUE(decision.has_value());
  EXPECT_EQ(world.stored.find<UserCount>("1282070000000007", 1)->send_num, 2);
  EXPECT_EQ(world.stored.find<UserCount>("1282070000000007", 2)->send_num, 1);
  EXPECT_EQ(world.stored.table<Event>().slots().size(), 3u);
  EXPECT_EQ(told_in(*world.stored.find<Event>(1)).openid,
            told_in(*world.stored.find<Event>(2)).openid);
}

// Nobody has loaded rows of a person who was not there when the batch was gathered, and the store
// has none.
TEST(Users, APersonImportedInTheSameBatchCanBeSentTo) {
  for (const bool sandbox : {false, true}) {
    World world;
    world.sandbox = sandbox;
    world.add_stock().notify_appid = World::kNotifyAppid;
    const auto decisions =
        world.run_batch({ImportUser{{{World::kAppid, "oSomebody"}}, {{World::kGroup, "oUnion"}}},
                         world.send("no-1", "oSomebody")});
    ASSERT_TRUE(decisions[1].has_value());
    EXPECT_EQ(told_in(world.last_event()).unionid, "oUnion");
    EXPECT_EQ(told_in(world.last_event()).openid.empty(), !sandbox);
  }
}

}  // namespace
}  // namespace favorhook::coupon
