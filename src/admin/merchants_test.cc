#include <gmock/gmock.h>

#include "admin/test_world.h"
#include "base/limits.h"

namespace favorhook::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kKey = "0123456789abcdefghijABCDEFGHIJ01";

TEST(Merchants, AreMadeWithACertificateOfTheRequestsKey) {
  World world;
  json::object body = World::merchant("1900000001");
  body["apiv3_key"] = kKey;
  const Reply reply = world.call("POST", "/admin/v1/merchants", body);
  ASSERT_EQ(reply.status, 201);
  const auto certificate = crypto::Certificate::from_pem(reply.text("certificate_pem"));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->serial_no, reply.text("serial_no"));
  EXPECT_EQ(certificate->subject_common_name, "1900000001");
  EXPECT_EQ(certificate->public_key.to_pem(), test_key().public_key().to_pem());
  EXPECT_EQ(reply.text("ca_pem"), test_authority().certificate_pem());
  EXPECT_EQ(reply.text("number"), "128207");
  EXPECT_EQ(world.holder->get()->find("1900000001")->apiv3_key, kKey);
}

TEST(Merchants, OfASandboxMayDoWhatOthersMustBeAllowed) {
  World sandbox(true), production(false);
  for (World* world : {&sandbox, &production}) {
    world->add_merchant("1900000001");
    const Reply shown = world->call("GET", "/admin/v1/merchants/1900000001");
    EXPECT_EQ(shown.at("event_push").as_bool(), world == &sandbox);
    EXPECT_EQ(shown.at("api_send").as_bool(), world == &sandbox);
  }
}

TEST(Merchants, GetNumbersThatGrow) {
  World world;
  world.add_merchant("1900000001");
  world.add_merchant("1900000002");
  EXPECT_EQ(world.call("GET", "/admin/v1/merchants/1900000002").text("number"), "128208");
}

TEST(Merchants, ExistOnce) {
  World world;
  world.add_merchant("1900000001");
  const Reply again = world.call("POST", "/admin/v1/merchants", World::merchant("1900000001"));
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.text("error"), HasSubstr("1900000001"));
  EXPECT_EQ(world.holder->get()->find("1900000001")->certificates.size(), 1u);
}

TEST(Merchants, ExistOnceAlsoWhereTwoAreAskedForInOneBatch) {
  World world;
  const json::value merchant = World::merchant("1900000001");
  EXPECT_THAT(world.post_together("/admin/v1/merchants", {merchant, merchant}),
              testing::ElementsAre(201, 409));
}

TEST(Merchants, NeverShowTheirKey) {
  World world;
  json::object body = World::merchant("1900000001");
  body["apiv3_key"] = kKey;
  world.call("POST", "/admin/v1/merchants", body);
  for (const char* target : {"/admin/v1/merchants", "/admin/v1/merchants/1900000001"}) {
    const std::string text = json::serialize(world.call("GET", target).body);
    EXPECT_THAT(text, Not(HasSubstr(std::string(kKey))));
    EXPECT_THAT(text, HasSubstr("\"has_apiv3_key\":true"));
  }
}

TEST(Merchants, AreRefusedWithTheFieldThatIsWrong) {
  World world;
  const std::vector<std::tuple<std::string, json::value, std::string>> faults = {
      {"mchid", "1234567", "mchid must be"},
      {"mchid", 1900000001, "mchid must be"},
      {"mchid", "19000000a1", "mchid must be"},
      {"name", "", "name must be"},
      {"name", "a\x1b[31m", "name must be"},
      {"kind", "bank", "kind must be"},
      {"csr", "no PEM", "csr: "},
      {"apiv3_key", "short", "apiv3_key must be"},
      {"surplus", 1, "surplus is not known"},
  };
  for (const auto& [name, value, says] : faults) {
    json::object body = World::merchant("1900000001");
    body[name] = value;
    const Reply reply = world.call("POST", "/admin/v1/merchants", body);
    EXPECT_EQ(reply.status, 400) << name;
    EXPECT_THAT(reply.text("error"), testing::StartsWith(says));
  }
  for (const char* name : {"mchid", "name", "kind", "csr"}) {
    json::object body = World::merchant("1900000001");
    body.erase(name);
    const Reply reply = world.call("POST", "/admin/v1/merchants", body);
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.text("error"), std::string(name) + " is missing");
  }
  EXPECT_EQ(world.holder->get()->merchant_count(), 0u);
}

TEST(Merchants, AreListedPageByPage) {
  World world;
  for (const char* mchid : {"1900000001", "1900000002", "1900000003"}) world.add_merchant(mchid);
  const Reply first = world.call("GET", "/admin/v1/merchants?limit=2");
  EXPECT_EQ(first.at("merchants").as_array().size(), 2u);
  EXPECT_EQ(first.text("next_after"), "1900000002");
  const Reply rest = world.call("GET", "/admin/v1/merchants?after=1900000002&limit=2");
  ASSERT_EQ(rest.at("merchants").as_array().size(), 1u);
  EXPECT_EQ(rest.at("merchants").at(0).at("mchid").as_string(), "1900000003");
  EXPECT_TRUE(rest.at("next_after").is_null());
  for (const char* query :
       {"limit=0", "limit=501", "limit=x", "limit=1&limit=2", "size=3", "after=%"}) {
    EXPECT_EQ(world.call("GET", std::string("/admin/v1/merchants?") + query).status, 400) << query;
  }
}

TEST(Settings, ChangeWhatIsNamedAndNothingElse) {
  World world;
  world.add_merchant("1900000001");
  const std::string target = "/admin/v1/merchants/1900000001";
  Reply reply = world.call("PATCH", target, {{"mode", "public-key"}, {"event_push", false}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text("mode"), "public-key");
  EXPECT_FALSE(reply.at("event_push").as_bool());
  EXPECT_TRUE(reply.at("api_send").as_bool());
  EXPECT_FALSE(reply.at("has_apiv3_key").as_bool());

  reply = world.call("PATCH", target, {{"apiv3_key", kKey}});
  EXPECT_TRUE(reply.at("has_apiv3_key").as_bool());
  EXPECT_EQ(reply.text("mode"), "public-key");
  reply = world.call("PATCH", target, {{"apiv3_key", nullptr}});
  EXPECT_FALSE(reply.at("has_apiv3_key").as_bool());

  EXPECT_EQ(world.call("PATCH", target, {{"event_push", "on"}}).status, 400);
  EXPECT_EQ(reply.body.at("gray_percent"), 0);
  reply = world.call("PATCH", target, {{"gray_percent", 20}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(world.call("GET", target).body.at("gray_percent"), 20);
  for (const boost::json::value& wrong :
       std::initializer_list<boost::json::value>{-1, 101, 0.5, "20", nullptr, 4294967297}) {
    EXPECT_EQ(world.call("PATCH", target, {{"gray_percent", wrong}}).status, 400) << wrong;
  }
  EXPECT_EQ(world.call("GET", target).body.at("gray_percent"), 20);
  EXPECT_EQ(world.call("PATCH", target, {{"mode", "rsa"}}).status, 400);
  EXPECT_EQ(world.call("PATCH", target, {{"name", "other"}}).status, 400);
  EXPECT_EQ(world.call("PATCH", "/admin/v1/merchants/1900000009", {{"event_push", true}}).status,
            404);
}

TEST(Relations, NeedAProviderOrChannelPartner) {
  World world;
  world.add_merchant("1900000001");
  world.add_merchant("1900000002", "provider");
  world.add_merchant("1900000003", "channel");
  const auto relate = [&](const char* parent, const char* child) {
    return world.call("POST", "/admin/v1/relations", {{"parent", parent}, {"child", child}}).status;
  };
  EXPECT_EQ(relate("1900000002", "1900000001"), 201);
  EXPECT_EQ(relate("1900000002", "1900000001"), 201);
  EXPECT_EQ(relate("1900000003", "1900000001"), 201);
  EXPECT_EQ(relate("1900000001", "1900000002"), 409);
  EXPECT_EQ(relate("1900000009", "1900000001"), 404);
  EXPECT_EQ(relate("1900000002", "1900000009"), 404);
  EXPECT_EQ(relate("1900000002", "1900000002"), 400);
  EXPECT_TRUE(world.holder->get()->may_act_for("1900000002", "1900000001"));
  EXPECT_FALSE(world.holder->get()->may_act_for("1900000001", "1900000002"));
}

TEST(Apps, BelongToOneGroup) {
  World world;
  world.add_merchant("1900000001");
  world.add_merchant("1900000002");
  const auto bind = [&](const char* mchid, json::object body) {
    body["mchid"] = mchid;
    return world.call("POST", "/admin/v1/apps", body);
  };
  EXPECT_EQ(bind("1900000001", {{"appid", "wxa"}, {"unionid_group", "g"}}).status, 201);
  const Reply second = bind("1900000002", {{"appid", "wxa"}});
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.text("unionid_group"), "g");
  EXPECT_EQ(bind("1900000002", {{"appid", "wxa"}, {"unionid_group", "h"}}).status, 409);
  EXPECT_EQ(bind("1900000009", {{"appid", "wxa"}}).status, 404);
  EXPECT_EQ(bind("1900000001", {{"appid", "wx a"}}).status, 400);
  EXPECT_TRUE(world.holder->get()->appid_bound("wxa", "1900000002"));
  EXPECT_EQ(world.holder->get()->appid_group("wxa"), "g");
}

TEST(Apps, BelongToOneGroupAlsoWithinABatch) {
  World world;
  world.add_merchant("1900000001");
  const json::object app = {{"mchid", "1900000001"}, {"appid", "wxa"}};
  json::object in_g = app, in_h = app;
  in_g["unionid_group"] = "g";
  in_h["unionid_group"] = "h";
  EXPECT_THAT(world.post_together("/admin/v1/apps", {app, in_g, in_h}),
              testing::ElementsAre(201, 201, 409));
  EXPECT_EQ(world.holder->get()->appid_group("wxa"), "g");
}

}  // namespace
}  // namespace favorhook::admin
