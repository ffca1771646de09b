// Creating a stock and asking for it (protocol §3.2, §3.3).
#include <gtest/gtest.h>

#include "apiv3/json.h"
#include "gateway/test_stock.h"

namespace favorhook::gateway {
namespace {

namespace json = boost::json;

const std::string kDocSample = "doc-samples/CreateMarketingBusifavorStockRequest.json";

json::value stock_of(World& world, const std::string& stock_id, const Signing& signing = {}) {
  const HttpAnswer answer = world.get(kStocks + "/" + stock_id, signing);
  CHECK(answer.status == 200);
  return json::parse(answer.body);
}

TEST(StockTest, TheDocumentsSampleComesBackAsItWas) {
  World world;
  const HttpAnswer created = world.post(kStocks, vector_file(kDocSample));
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(created.body,
            R"({"create_time":"2026-05-20T13:29:35+08:00","stock_id":"1282070000000001"})");
  EXPECT_TRUE(world.signed_with(created, world.newest_certificate()));

  json::value expected = json::parse(vector_file(kDocSample));
  expected.as_object().erase("out_request_no");
  expected.as_object()["stock_id"] = "1282070000000001";
  expected.as_object()["stock_state"] = "STOPED";  // the sample's validity ended in 2015
  expected.as_object()["send_count_information"] = {{"today_send_amount", 0},
                                                    {"today_send_num", 0},
                                                    {"total_send_amount", 0},
                                                    {"total_send_num", 0}};
  const HttpAnswer got = world.get(kStocks + "/1282070000000001");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, apiv3::to_sorted_json(expected));
}

TEST(StockTest, EveryTypeAndCodeModeIsKept) {
  World world;
  const Changes discount = {
      {"/stock_type", R"("DISCOUNT")"},
      {"/coupon_use_rule/fixed_normal_coupon", ""},
      {"/coupon_use_rule/discount_coupon", R"({"discount_percent":88,"transaction_minimum":100})"},
      {"/coupon_code_mode", R"("MERCHANT_API")"},
      {"/out_request_no", R"("discount")"}};
  const json::value got = stock_of(world, make_stock(world, discount));
  EXPECT_EQ(got.at_pointer("/coupon_use_rule/discount_coupon/discount_percent").as_int64(), 88);
  EXPECT_EQ(got.at("stock_state"), "RUNNING");
  // Amounts are those of NORMAL only.
  EXPECT_EQ(got.at("send_count_information"),
            (json::value{{"today_send_num", 0}, {"total_send_num", 0}}));
  EXPECT_FALSE(got.as_object().contains("coupon_code_count"));

  const Changes exchange = {
      {"/stock_type", R"("EXCHANGE")"},
      {"/coupon_use_rule/fixed_normal_coupon", ""},
      {"/coupon_use_rule/exchange_coupon", R"({"exchange_price":0,"transaction_minimum":100})"},
      {"/coupon_code_mode", R"("MERCHANT_UPLOAD")"},
      {"/out_request_no", R"("exchange")"}};
  const json::value uploaded = stock_of(world, make_stock(world, exchange));
  EXPECT_EQ(uploaded.at("coupon_code_count"),
            (json::value{{"available_count", 0}, {"total_count", 0}}));
  EXPECT_EQ(uploaded.at("stock_type"), "EXCHANGE");
}

TEST(StockTest, CountsComeFromTheCouponsThatWereSent) {
  World world;
  const std::string stock_id = make_stock(world);
  const auto send = [&](const std::string& number) {
    const std::string body = json::serialize(json::object{{"openid", kOpenid},
                                                          {"appid", kAppid},
                                                          {"stock_id", stock_id},
                                                          {"out_request_no", number}});
    EXPECT_EQ(world.post(kSend, body).status, 200);
  };
  send("1");
  send("2");
  world.clocks.business_now += std::chrono::hours(24);
  EXPECT_EQ(stock_of(world, stock_id).at("send_count_information"),
            (json::value{{"today_send_amount", 0},
                         {"today_send_num", 0},
                         {"total_send_amount", 176},
                         {"total_send_num", 2}}));
  send("3");
  EXPECT_EQ(stock_of(world, stock_id).at("send_count_information"),
            (json::value{{"today_send_amount", 88},
                         {"today_send_num", 1},
                         {"total_send_amount", 264},
                         {"total_send_num", 3}}));
}

TEST(StockTest, InferredAStockStopsAfterItsEnd) {
  World world;
  const std::string stock_id = make_stock(world);
  world.clocks.business_now = *business_from_rfc3339("2026-05-31T23:59:59+08:00");
  EXPECT_EQ(stock_of(world, stock_id).at("stock_state"), "RUNNING");
  world.clocks.business_now += Millis(1);
  EXPECT_EQ(stock_of(world, stock_id).at("stock_state"), "STOPED");
}

TEST(StockTest, CreatorBelongMerchantAndWhoActsForThemSeeIt) {
  World world;
  const std::string body = stock_with({{"/belong_merchant", "\"" + kChild + "\""}});
  const std::string stock_id = stock_id_of(world.post(kStocks, body, {.mchid = kProvider}));
  const std::string own = stock_id_of(world.post(kStocks, body, {.mchid = kChild}));
  for (const std::string& mchid : {kProvider, kChild}) {
    EXPECT_EQ(world.get(kStocks + "/" + stock_id, {.mchid = mchid}).status, 200);
    EXPECT_EQ(world.get(kStocks + "/" + own, {.mchid = mchid}).status, 200);
  }
  const HttpAnswer stranger = world.get(kStocks + "/" + stock_id, {.mchid = kOther});
  EXPECT_EQ(stranger.status, 403);
  EXPECT_EQ(stranger.body, R"({"code":"NOAUTH","message":"无权限"})");
}

TEST(StockTest, StocksThatAreNotThere) {
  World world;
  const HttpAnswer unknown = world.get(kStocks + "/1282070000000099");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, R"({"code":"RESOURCE_NOT_EXISTS","message":"查询的资源不存在"})");
  EXPECT_TRUE(world.signed_with(unknown, world.newest_certificate()));

  const HttpAnswer too_long = world.get(kStocks + "/" + std::string(21, '1'));
  EXPECT_EQ(too_long.status, 400);
  EXPECT_EQ(
      too_long.body,
      R"({"code":"PARAM_ERROR","detail":{"location":"uri_template","value":21},"message":)"
      R"("输入源“/uri_template/stock_id”映射到值字段“批次号”字符串规则校验失败，字符数 21，大于最大值 20"})");
  EXPECT_EQ(world.get(kStocks + "/%ff").status, 400);
  EXPECT_EQ(world.get(kStocks + "/%2").status, 400);
}

TEST(StockTest, ThePathParameterIsDecoded) {
  World world;
  const std::string stock_id = make_stock(world);
  EXPECT_EQ(world.get(kStocks + "/%31" + stock_id.substr(1)).status, 200);
}

TEST(StockTest, WhoMayCreateForWhom) {
  World world;
  const auto create = [&](const std::string& belong, const std::string& caller) {
    return world
        .post(kStocks, stock_with({{"/belong_merchant", "\"" + belong + "\""}}), {.mchid = caller})
        .body;
  };
  EXPECT_EQ(create(kOther, kSeed),
            R"({"code":"INVALID_REQUEST","message":"批次创建方商户与归属方商户无关系"})");
  EXPECT_EQ(create(kOther, kProvider),
            R"({"code":"INVALID_REQUEST","message":"批次创建方商户与归属方商户无关系"})");
  EXPECT_EQ(create("1999999999", kSeed), R"({"code":"MCH_NOT_EXISTS","message":"商户号不存在"})");
  EXPECT_TRUE(create(kChild, kProvider).starts_with(R"({"create_time")"));
}

// UNCONFIRMED on the live system, and what an SDK's failover needs.
TEST(StockTest, UnconfirmedTheSameRequestAgainGetsTheSameStock) {
  World world;
  const HttpAnswer first = world.post(kStocks, stock_with());
  world.clocks.business_now += std::chrono::hours(1);
  EXPECT_EQ(world.post(kStocks, stock_with()).body, first.body);
  // Another order of the members, other white space: the same request.
  EXPECT_EQ(world.post(kStocks, apiv3::to_sorted_json(json::parse(stock_with())) + "\n").body,
            first.body);

  const HttpAnswer other = world.post(kStocks, stock_with({{"/stock_name", R"("别的券")"}}));
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(other.body, R"({"code":"RESOURCE_ALREADY_EXISTS","message":"批次已存在"})");
}

// The live system's rule is not known (§9.4); api/openapi.yaml says this one.
TEST(StockTest, UnconfirmedAnUnknownMemberMakesItAnotherRequest) {
  World world;
  const std::string with_member = stock_with({{"/surprise", R"("é")"}});
  const HttpAnswer first = world.post(kStocks, with_member);
  std::string escaped = with_member;
  escaped.replace(escaped.find("é"), 2, "\\u00e9");
  EXPECT_EQ(world.post(kStocks, escaped).body, first.body);
  for (const std::string& other : {stock_with(), stock_with({{"/surprise", "1"}})}) {
    EXPECT_EQ(world.post(kStocks, other).body,
              R"({"code":"RESOURCE_ALREADY_EXISTS","message":"批次已存在"})");
  }
}

TEST(StockTest, UnconfirmedUnknownMembersAreTakenAndNotGivenBack) {
  World world;
  const std::string stock_id = make_stock(world, {{"/stock_id", R"("999")"},
                                                  {"/coupon_code_count", R"({"total_count":7})"},
                                                  {"/surprise", "1"}});
  const json::value got = stock_of(world, stock_id);
  EXPECT_EQ(got.at("stock_id").as_string(), stock_id);
  EXPECT_FALSE(got.as_object().contains("coupon_code_count"));
  EXPECT_FALSE(got.as_object().contains("surprise"));
}

// What no rule names is kept as it was: it must be JSON again when it is read.
TEST(StockTest, StrangeValuesOfUnknownMembersHarmNothing) {
  World world;
  std::string body = stock_with();
  body.insert(body.find("\"use_method\""),
              R"("x":[1e308,-1e-320,0.1,18446744073709551615,"\u0000\u007f\"",null,{"":[]}],)");
  const std::string stock_id = stock_id_of(world.post(kStocks, body));
  const json::value got = stock_of(world, stock_id);
  EXPECT_FALSE(got.at("coupon_use_rule").as_object().contains("x"));
  EXPECT_EQ(got.at("coupon_use_rule"), json::parse(stock_with()).at("coupon_use_rule"));

  for (const char* number : {"1e999", "-1e999", "1e99999999999"}) {
    std::string huge = stock_with({{"/out_request_no", "\"huge\""}});
    huge.insert(huge.find("\"use_method\""), fmt::format("\"x\":{},", number));
    const HttpAnswer answer = world.post(kStocks, huge);
    EXPECT_EQ(answer.status, 400) << answer.body;
  }
}

}  // namespace
}  // namespace favorhook::gateway
