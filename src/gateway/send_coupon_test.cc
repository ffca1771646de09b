// Issuing coupons (protocol §3.11).
#include <gtest/gtest.h>

#include <set>

#include "gateway/test_stock.h"

namespace favorhook::gateway {
namespace {

namespace json = boost::json;

class SendCouponTest : public testing::Test {
 protected:
  std::string body(const std::string& number, const Changes& changes = {}) {
    const json::value made{{"openid", kOpenid},
                           {"appid", kAppid},
                           {"stock_id", stock_id_},
                           {"out_request_no", number}};
    return json::serialize(changed(made, changes));
  }
  HttpAnswer send(const std::string& number, const Changes& changes = {},
                  const Signing& signing = {}) {
    return world_.post(kSend, body(number, changes), signing);
  }
  void refused(const HttpAnswer& answer, int status, std::string_view expected) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body, expected);
    EXPECT_TRUE(world_.signed_with(answer, world_.newest_certificate()));
  }
  static std::string code_of(const HttpAnswer& answer) {
    CHECK(answer.status == 200);
    return std::string(
        json::parse(answer.body).at_pointer("/send_coupon_result/coupon_code").as_string());
  }

  World world_;
  std::string stock_id_ = make_stock(world_);
};

TEST_F(SendCouponTest, TheResultIsNested) {
  const HttpAnswer answer = send("2335465");
  EXPECT_EQ(answer.status, 200);
  const std::string code = code_of(answer);
  EXPECT_EQ(code.size(), 22u);
  EXPECT_EQ(code.find_first_not_of("0123456789"), std::string::npos);
  EXPECT_EQ(answer.body, R"({"send_coupon_result":{"coupon_code":")" + code +
                             R"(","out_request_no":"2335465","stock_id":")" + stock_id_ + "\"}}");
  EXPECT_TRUE(world_.signed_with(answer, world_.newest_certificate()));
}

TEST_F(SendCouponTest, TheSameRequestAgainGetsTheSameCoupon) {
  const HttpAnswer first = send("1");
  EXPECT_EQ(send("1").body, first.body);
  EXPECT_NE(send("2").body, first.body);
  refused(send("1", {{"/openid", R"("oAnother000000000000000000001")"}}), 400,
          R"({"code":"INVALID_REQUEST","message":"请求重入时，参数与首次请求时不一致"})");
}

TEST_F(SendCouponTest, UnconfirmedAnUnknownMemberMakesItAnotherRequest) {
  const HttpAnswer first = send("1", {{"/surprise", "1"}});
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(send("1", {{"/surprise", "1"}}).body, first.body);
  for (const Changes& other : {Changes{}, Changes{{"/surprise", "2"}}}) {
    refused(send("1", other), 400,
            R"({"code":"INVALID_REQUEST","message":"请求重入时，参数与首次请求时不一致"})");
  }
}

TEST_F(SendCouponTest, RepeatsInOneBatchGetOneCoupon) {
  const auto first = world_.start(world_.request("POST", kSend, body("1")));
  const auto second = world_.start(world_.request("POST", kSend, body("1")));
  EXPECT_FALSE(*first);  // nothing is answered before the commit
  world_.commit();
  ASSERT_TRUE(*first && *second);
  EXPECT_EQ((*first)->status, 200);
  EXPECT_EQ((*first)->body, (*second)->body);
}

TEST_F(SendCouponTest, MaxCouponsIsExactWithinABatch) {
  stock_id_ = make_stock(
      world_, {{"/out_request_no", R"("small")"}, {"/stock_send_rule/max_coupons", "3"}});
  std::vector<std::shared_ptr<std::optional<HttpAnswer>>> answers;
  for (int i = 0; i < 5; ++i) {
    answers.push_back(world_.start(world_.request(
        "POST", kSend,
        body(std::to_string(i), {{"/openid", fmt::format("\"oUser-{}-0000000000\"", i)}}))));
  }
  world_.commit();
  std::set<std::string> codes;
  for (int i = 0; i < 3; ++i) codes.insert(code_of(**answers[std::size_t(i)]));
  EXPECT_EQ(codes.size(), 3u);
  for (int i = 3; i < 5; ++i) {
    refused(**answers[std::size_t(i)], 403, R"({"code":"RULELIMIT","message":"批次库存不足"})");
  }
  // A repetition succeeds although the stock is used up.
  EXPECT_EQ(send("0", {{"/openid", R"("oUser-0-0000000000")"}}).status, 200);
}

TEST_F(SendCouponTest, MaxCouponsPerUserIsExact) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(std::to_string(i)).status, 200);
  refused(send("5"), 403, R"({"code":"RULELIMIT","message":"用户领取张数达到上限"})");
  EXPECT_EQ(send("6", {{"/openid", R"("oAnother000000000000000000001")"}}).status, 200);
}

TEST_F(SendCouponTest, WhoMaySendAndForWhom) {
  refused(send("1", {{"/stock_id", R"("1282070000000099")"}}), 404,
          R"({"code":"RESOURCE_NOT_EXISTS","message":"查询的资源不存在"})");
  refused(send("1", {}, {.mchid = kOther}), 403, R"({"code":"NOAUTH","message":"无权限"})");
  refused(send("1", {{"/appid", R"("wx9999999999999999")"}}), 400,
          R"({"code":"APPID_MCHID_NOT_MATCH","message":"appid与请求方商户无关联关系"})");
  refused(send("1", {{"/openid", R"("o?")"}}), 404,
          R"({"code":"USER_NOT_EXISTS","message":"openid不正确"})");
  world_.merchant(kSeed).api_send = false;
  world_.publish();
  refused(send("1"), 403, R"({"code":"NOAUTH","message":"发券商户无权限使用此API"})");
}

TEST_F(SendCouponTest, AMerchantsOwnCodes) {
  refused(send("1", {{"/coupon_code", R"("mine")"}}), 400,
          R"({"code":"INVALID_REQUEST","message":"发券模式不合法"})");
  stock_id_ = make_stock(
      world_, {{"/out_request_no", R"("own-codes")"}, {"/coupon_code_mode", R"("MERCHANT_API")"}});
  EXPECT_EQ(code_of(send("2", {{"/coupon_code", R"("a-Z_0/=|\\")"}})), R"(a-Z_0/=|\)");
  refused(send("3", {{"/coupon_code", R"("a-Z_0/=|\\")"}}), 400,
          R"({"code":"RESOURCE_ALREADY_EXISTS","message":"券code已存在"})");
  refused(send("4"), 400,
          R"({"code":"PARAM_ERROR","detail":{"location":"body","value":[]},"message":)"
          R"("输入源“/body/coupon_code”映射到字段“券code”必填性规则校验失败，此字段为必填项"})");
  EXPECT_EQ(send("5", {{"/coupon_code", R"("a b")"}}).status, 400);
}

TEST_F(SendCouponTest, OutsideTheStocksValidity) {
  world_.clocks.business_now = *business_from_rfc3339("2026-06-01T00:00:00+08:00");
  refused(send("1"), 403, R"({"code":"RULELIMIT","message":"券不在有效期"})");
}

TEST_F(SendCouponTest, Fields) {
  for (const char* name : {"/openid", "/appid", "/stock_id", "/out_request_no"}) {
    const HttpAnswer missing = send("1", {{name, ""}});
    EXPECT_EQ(missing.status, 400);
    EXPECT_NE(missing.body.find(fmt::format("输入源“/body{}”映射到字段“", name)),
              std::string::npos);
    EXPECT_NE(missing.body.find("此字段为必填项"), std::string::npos);
  }
  const std::map<std::string, std::size_t> longest = {{"/openid", 128},
                                                      {"/appid", 32},
                                                      {"/stock_id", 20},
                                                      {"/out_request_no", 128},
                                                      {"/coupon_code", 32}};
  for (const auto& [pointer, max] : longest) {
    const HttpAnswer answer = send("1", {{pointer, "\"" + std::string(max + 1, '1') + "\""}});
    EXPECT_NE(answer.body.find(fmt::format("字符数 {}，大于最大值 {}", max + 1, max)),
              std::string::npos)
        << answer.body;
  }
  EXPECT_EQ(send("1", {{"/stock_id", "1282070000000001"}}).status, 400);  // a number
}

}  // namespace
}  // namespace favorhook::gateway
