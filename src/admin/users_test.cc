#include <gmock/gmock.h>

#include "admin/test_world.h"
#include "base/limits.h"

namespace favorhook::admin {
namespace {

constexpr const char* kUsers = "/admin/v1/users";

json::object person(std::string_view appid, std::string_view openid) {
  return {{"openids", {{appid, openid}}}};
}

TEST(Users, AreImportedOneByOneOrAsAList) {
  World world;
  const Reply one = world.call("POST", kUsers, person("wxa", "o000001"));
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.at("imported"), json::value(1));
  const Reply more = world.call(
      "POST", kUsers, {{"users", json::array{person("wxa", "o000002"), person("wxa", "o000001")}}});
  EXPECT_EQ(more.at("imported"), json::value(2));
  const auto& results = more.at("results").as_array();
  EXPECT_EQ(results.at(1).at("person"), one.at("results").as_array().at(0).at("person"));
  EXPECT_NE(results.at(0).at("person"), results.at(1).at("person"));

  coupon::State state;
  state.want<coupon::User>("wxa", "o000002");
  ASSERT_TRUE(world.store->load(state));
  EXPECT_NE(state.find<coupon::User>("wxa", "o000002"), nullptr);
}

TEST(Users, ThatCannotBeImportedDoNotStopTheOthers) {
  World world;
  const Reply reply = world.call(
      "POST", kUsers,
      {{"users", json::array{person("wxa", "short"), person("wxa", "o000001"), json::object{}}}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.at("imported"), json::value(1));
  EXPECT_EQ(reply.at("failed"), json::value(2));
  const auto& results = reply.at("results").as_array();
  EXPECT_TRUE(results.at(0).as_object().contains("error"));
  EXPECT_TRUE(results.at(1).as_object().contains("person"));
  EXPECT_TRUE(results.at(2).as_object().contains("error"));
}

TEST(Users, KeepTheirUnionids) {
  World world;
  json::object both = person("wxa", "o000001");
  both["unionids"] = {{"g", "u000001"}};
  const Reply reply = world.call("POST", kUsers, both);
  const auto number = reply.at("results").as_array().at(0).at("person").to_number<std::int64_t>();
  coupon::State state;
  state.want<coupon::Union>("g", number);
  ASSERT_TRUE(world.store->load(state));
  ASSERT_NE(state.find<coupon::Union>("g", number), nullptr);
  EXPECT_EQ(state.find<coupon::Union>("g", number)->unionid, "u000001");
}

TEST(Users, OfAWrongShapeAreRefusedTogether) {
  World world;
  const std::vector<json::value> bodies = {
      {{"users", json::array{}}},
      {{"users", "all"}},
      {{"users", json::array{1}}},
      {{"users", json::array{}}, {"more", 1}},
      {{"users", json::array(limits::kAdminUsersMax + 1, person("wxa", "o000001"))}},
      {{"openids", json::array{"o000001"}}},
      {{"openids", {{"wxa", 7}}}},
      {{"name", "o000001"}}};
  for (const json::value& body : bodies) {
    EXPECT_EQ(world.call("POST", kUsers, body).status, 400) << json::serialize(body).substr(0, 80);
  }
}

}  // namespace
}  // namespace favorhook::admin
