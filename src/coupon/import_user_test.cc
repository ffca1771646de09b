#include <gtest/gtest.h>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

using apiv3::ErrorId;

std::int64_t person_of(World& world, const ImportUser& command) {
  const Decision decision = world.run(command);
  CHECK(decision.has_value());
  return std::get<UserImported>(*decision).person;
}

TEST(ImportUser, NewOpenidsAreANewPerson) {
  World world;
  EXPECT_EQ(person_of(world, {{{"wxA", "openid_a"}, {"wxB", "openid_b"}}, {{"g", "union_1"}}}), 1);
  EXPECT_EQ(person_of(world, {{{"wxA", "openid_c"}}, {}}), 2);
  EXPECT_EQ(world.stored.find<User>("wxB", "openid_b")->person, 1);
  EXPECT_EQ(world.stored.find<User::ByPerson>("wxB", 1)->openid, "openid_b");
  EXPECT_EQ(world.stored.find<Union>("g", 1)->unionid, "union_1");
}

TEST(ImportUser, OthersJoinThePersonWhomTheKnownOnesBelongTo) {
  World world;
  ASSERT_EQ(person_of(world, {{{"wxA", "openid_a"}}, {}}), 1);
  ASSERT_EQ(person_of(world, {{{"wxA", "openid_z"}}, {}}), 2);
  EXPECT_EQ(person_of(world, {{{"wxB", "openid_b"}, {"wxA", "openid_a"}}, {{"g", "union_1"}}}), 1);
  EXPECT_EQ(world.stored.find<User>("wxB", "openid_b")->person, 1);
  EXPECT_EQ(world.stored.find<Union>("g", 1)->unionid, "union_1");
}

TEST(ImportUser, TheSameAgainChangesNothing) {
  World world;
  const ImportUser command{{{"wxA", "openid_a"}, {"wxB", "openid_b"}}, {{"g", "union_1"}}};
  EXPECT_EQ(person_of(world, command), 1);
  EXPECT_EQ(person_of(world, command), 1);
  EXPECT_EQ(world.stored.table<User>().slots().size(), 2u);
  EXPECT_EQ(world.stored.find<Sequence>("person")->last, 1);
}

TEST(ImportUser, RefusesWhatContradictsWhatIsKnownOrItself) {
  World world;
  ASSERT_EQ(person_of(world, {{{"wxA", "openid_a"}}, {{"g", "union_1"}}}), 1);
  ASSERT_EQ(person_of(world, {{{"wxB", "openid_b"}}, {}}), 2);
  struct Case {
    const char* why;
    ImportUser command;
  };
  for (const Case& c : {
           Case{"two persons", {{{"wxA", "openid_a"}, {"wxB", "openid_b"}}, {}}},
           Case{"two openids under one appid", {{{"wxC", "openid_c"}, {"wxC", "openid_d"}}, {}}},
           Case{"a second unionid", {{{"wxA", "openid_a"}}, {{"g", "union_2"}}}},
           Case{"two unionids at once",
                {{{"wxC", "openid_c"}}, {{"g", "union_3"}, {"g", "u_4___"}}}},
           Case{"no openid", {{}, {{"g", "union_5"}}}},
           Case{"malformed openid", {{{"wxC", "x y"}}, {}}},
           Case{"malformed unionid", {{{"wxC", "openid_c"}}, {{"g", "short"}}}},
           Case{"no appid", {{{"", "openid_c"}}, {}}},
           Case{"appid too long", {{{std::string(33, 'w'), "openid_c"}}, {}}},
           Case{"no group", {{{"wxC", "openid_c"}}, {{"", "union_6"}}}},
       }) {
    EXPECT_EQ(world.refusal(c.command), ErrorId::parameter_invalid) << c.why;
  }
}

TEST(ImportUser, APersonHasOneOpenidUnderAnAppid) {
  World world;
  ASSERT_EQ(person_of(world, {{{"wxA", "openid_a"}, {"wxB", "openid_b"}}, {}}), 1);
  EXPECT_EQ(world.refusal(ImportUser{{{"wxA", "openid_a"}, {"wxB", "openid_c"}}, {}}),
            ErrorId::parameter_invalid);
}

TEST(ImportUser, TakesAsManyIdsAsTheBoundSays) {
  World world;
  ImportUser command;
  for (std::size_t i = 0; i < limits::kPersonIdsMax; ++i) {
    command.openids.emplace_back("wx" + std::to_string(i), "openid_" + std::to_string(i));
  }
  EXPECT_EQ(world.refusal(command), std::nullopt);
  command.unionids.emplace_back("g", "union_1");
  EXPECT_EQ(world.refusal(command), ErrorId::parameter_invalid);
}

TEST(ImportUser, WithinABatchPersonsOfTheSameBatchAreKnown) {
  World world;
  const auto decisions =
      world.run_batch({ImportUser{{{"wxA", "openid_a"}}, {{"g", "union_1"}}},
                       ImportUser{{{"wxA", "openid_a"}, {"wxB", "openid_b"}}, {{"g", "union_1"}}},
                       ImportUser{{{"wxA", "openid_a"}}, {{"g", "union_2"}}}});
  ASSERT_TRUE(decisions[1].has_value());
  EXPECT_EQ(std::get<UserImported>(*decisions[1]).person, 1);
  ASSERT_FALSE(decisions[2].has_value());
  EXPECT_EQ(decisions[2].error().id, ErrorId::parameter_invalid);
}

// The second command learns only while deciding whom its openid belongs to, and nobody has loaded
// that person's rows.
TEST(ImportUser, AnOpenidThatJoinsAnOldPersonInTheSameBatchIsDecidedInTheNext) {
  World world;
  world.add_stock().max_coupons_per_user = 1;
  ASSERT_EQ(person_of(world, {{{"wxA", "openid_a"}}, {}}), 1);
  const auto decisions =
      world.run_batch({ImportUser{{{"wxA", "openid_a"}, {World::kAppid, "openid_b"}}, {}},
                       world.send("no-1", "openid_b")});
  EXPECT_EQ(world.crossings, 1);
  ASSERT_TRUE(decisions[1].has_value());
  EXPECT_EQ(world.stored.find<Coupon::ByRequest>(World::kCreator, "no-1")->person, 1);
}

}  // namespace
}  // namespace favorhook::coupon
