// Setting and asking for the notification URL (protocol §3.9); the seeds' own samples.
#include <gtest/gtest.h>

#include "gateway/test_stock.h"

namespace favorhook::gateway {
namespace {

const std::string kSet = R"({"mchid":"10000098","notify_url":"https://pay.weixin.qq.com"})";

std::string for_merchant(const std::string& mchid) {
  return R"({"mchid":")" + mchid + R"(","notify_url":"https://shop.example/notify"})";
}

class CallbackTest : public testing::Test {
 protected:
  // A business answer, signed.
  void answered(const HttpAnswer& answer, int status, std::string_view body) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body, body);
    EXPECT_TRUE(find_header(answer.headers, "Wechatpay-Signature"));
  }
  World world_;
};

TEST_F(CallbackTest, TheSeedsSampleIsAccepted) {
  answered(world_.post(kCallbacks,
                       vector_file("doc-samples/UpdateMarketingBusifavorCallbackRequest.json")),
           200,
           R"({"mchid":"10000098","notify_url":"https://pay.weixin.qq.com",)"
           R"("update_time":"2026-05-20T13:29:35+08:00"})");
  answered(world_.get(kCallbacks + "?mchid=10000098"), 200, kSet);
}

TEST(CallbackOptionsTest, TheOtherSeedPrintsMilliseconds) {
  World world({.gateway = {.update_time_millis = true}});
  const HttpAnswer answer = world.post(kCallbacks, kSet);
  EXPECT_EQ(answer.body, R"({"mchid":"10000098","notify_url":"https://pay.weixin.qq.com",)"
                         R"("update_time":"2026-05-20T13:29:35.120+08:00"})");
}

TEST_F(CallbackTest, UpdateTimeIsOfTheBusinessClock) {
  world_.clocks.business_now += std::chrono::hours(24);
  const HttpAnswer answer = world_.post(kCallbacks, kSet);
  EXPECT_NE(answer.body.find("2026-05-21T13:29:35+08:00"), std::string::npos);
}

TEST_F(CallbackTest, TheMirrorsHttpUrlIsRefused) {
  answered(
      world_.post(kCallbacks, R"({"mchid":"10000098","notify_url":"http://www.tg885.com"})"), 400,
      R"({"code":"PARAM_ERROR","detail":{"location":"body","value":"http://www.tg885.com"},)"
      R"("message":"输入源“/body/notify_url”映射到值字段“通知URL地址”字符串规则校验失败，必须为https"})");
  answered(world_.get(kCallbacks), 404,
           R"({"code":"RESOURCE_NOT_EXISTS","message":"查询的资源不存在"})");
}

TEST_F(CallbackTest, ParametersInTheQueryInsteadOfTheBodyAreMissing) {
  const std::string target =
      kCallbacks + "?mchid=10000098&notify_url=https%3A%2F%2Fpay.weixin.qq.com";
  const std::string missing =
      R"({"code":"PARAM_ERROR","detail":{"location":"body","value":[]},)"
      R"("message":"输入源“/body/notify_url”映射到字段“通知URL地址”必填性规则校验失败，此字段为必填项"})";
  answered(world_.post(target, ""), 400, missing);
  answered(world_.post(target, "{}"), 400, missing);
  answered(world_.get(kCallbacks), 404,
           R"({"code":"RESOURCE_NOT_EXISTS","message":"查询的资源不存在"})");
}

TEST_F(CallbackTest, MchidMayBeANumberAndOnlyMchid) {
  const HttpAnswer number =
      world_.post(kCallbacks, R"({"mchid":10000098,"notify_url":"https://pay.weixin.qq.com"})");
  EXPECT_EQ(number.status, 200);
  EXPECT_NE(number.body.find(R"("mchid":"10000098")"), std::string::npos);
  answered(
      world_.post(kCallbacks, R"({"notify_url":1000000000})"), 400,
      R"({"code":"PARAM_ERROR","detail":{"location":"body","value":1000000000},"message":)"
      R"("无法将 JSON 输入源“/body/notify_url”映射到目标字段“通知URL地址”中，此字段需要一个 string 类型的 Json 值"})");
  EXPECT_EQ(world_.post(kCallbacks, R"({"mchid":true,"notify_url":"https://a.example"})").status,
            400);
  EXPECT_EQ(
      world_.post(kCallbacks, R"({"mchid":-10000098,"notify_url":"https://a.example"})").status,
      400);
}

TEST_F(CallbackTest, LengthsOfTheFields) {
  const auto set = [&](const std::string& mchid, const std::string& url) {
    return world_.post(kCallbacks, R"({"mchid":")" + mchid + R"(","notify_url":")" + url + R"("})");
  };
  const std::string good = "https://a.example";
  answered(
      set("1000009", good), 400,
      R"({"code":"PARAM_ERROR","detail":{"location":"body","value":7},"message":)"
      R"("输入源“/body/mchid”映射到值字段“商户号”字符串规则校验失败，字符数 7，小于最小值 8"})");
  EXPECT_EQ(set("1234567890123456", good).status, 400);
  EXPECT_EQ(set(kSeed, "https://a").status, 400);  // 9
  EXPECT_EQ(set(kSeed, "https://ab").status, 200);
  const std::string longest = good + "/" + std::string(256 - good.size() - 1, 'n');
  EXPECT_EQ(set(kSeed, longest).status, 200);
  EXPECT_EQ(set(kSeed, longest + "n").status, 400);
}

TEST_F(CallbackTest, MchidDefaultsToTheCaller) {
  EXPECT_EQ(world_.post(kCallbacks, R"({"notify_url":"https://pay.weixin.qq.com"})").status, 200);
  answered(world_.get(kCallbacks), 200, kSet);
}

TEST_F(CallbackTest, SettingAgainReplaces) {
  world_.post(kCallbacks, kSet);
  world_.clocks.business_now += std::chrono::seconds(7);
  const HttpAnswer again =
      world_.post(kCallbacks, R"({"notify_url":"https://shop.example/notify"})");
  EXPECT_NE(again.body.find("13:29:42"), std::string::npos);
  EXPECT_EQ(world_.get(kCallbacks).body,
            R"({"mchid":"10000098","notify_url":"https://shop.example/notify"})");
}

TEST_F(CallbackTest, WhoMaySetAndAskForWhom) {
  const std::string no_auth = R"({"code":"NOAUTH","message":"无权限"})";
  const std::string unknown = R"({"code":"MCH_NOT_EXISTS","message":"商户号不存在"})";
  EXPECT_EQ(world_.post(kCallbacks, for_merchant(kChild), {.mchid = kProvider}).status, 200);
  EXPECT_EQ(world_.get(kCallbacks + "?mchid=" + kChild, {.mchid = kProvider}).status, 200);
  answered(world_.post(kCallbacks, for_merchant(kOther), {.mchid = kProvider}), 403, no_auth);
  answered(world_.post(kCallbacks, for_merchant(kProvider), {.mchid = kChild}), 403, no_auth);
  answered(world_.post(kCallbacks, for_merchant(kOther)), 403, no_auth);
  answered(world_.get(kCallbacks + "?mchid=" + kOther), 403, no_auth);
  answered(world_.post(kCallbacks, for_merchant("1999999999")), 400, unknown);
  answered(world_.get(kCallbacks + "?mchid=1999999999"), 400, unknown);
}

TEST(CallbackOptionsTest, TheLiveWireSpellsNoAuth) {
  World world({.gateway = {.wire = apiv3::Wire::live}});
  EXPECT_EQ(world.get(kCallbacks + "?mchid=" + kOther).body,
            R"({"code":"NO_AUTH","message":"无权限"})");
}

TEST_F(CallbackTest, TheQueryIsDecodedAndReadOnce) {
  world_.post(kCallbacks, kSet);
  EXPECT_EQ(world_.get(kCallbacks + "?mchid=%310000098").status, 200);
  EXPECT_EQ(world_.get(kCallbacks + "?unknown=1&unknown=2&mchid=10000098&").status, 200);
  EXPECT_EQ(world_.get(kCallbacks + "?").status, 200);
  answered(world_.get(kCallbacks + "?mchid=10000098&mchid=10000098"), 400,
           R"({"code":"PARAM_ERROR","detail":{"location":"query","value":[]},)"
           R"("message":"输入源“/query/mchid”映射到字段“商户号”重复"})");
  EXPECT_EQ(world_.get(kCallbacks + "?mchid=%zz").status, 400);
  EXPECT_EQ(world_.get(kCallbacks + "?mchid=%00%ff").status, 400);
  EXPECT_EQ(world_.get(kCallbacks + "?mchid=").status, 400);
}

TEST_F(CallbackTest, BodiesThatAreNoObject) {
  const std::string no_json = R"({"code":"PARAM_ERROR","message":"请求体不是合法的JSON对象"})";
  for (const char* body : {"[", "[]", "null", "\"text\"", "{}{}", " ", "{\"a\":\"\xff\"}"}) {
    answered(world_.post(kCallbacks, body), 400, no_json);
  }
  EXPECT_EQ(
      world_.post(kCallbacks, R"({"notify_url":"https://a.example","notify_url":"x"})").status,
      400);
  EXPECT_EQ(world_.post(kCallbacks, R"({"mchid":null,"notify_url":"https://a.example"})").status,
            400);
}

TEST_F(CallbackTest, ContentTypeIsJsonWithAnyParameters) {
  const auto with = [&](const std::string& type) {
    HttpRequest request = world_.request("POST", kCallbacks, kSet);
    request.headers.back().value = type;
    return world_.send(request);
  };
  for (const char* type : {"application/json", "application/json; charset=utf-8",
                           "Application/JSON;charset=UTF-8", "application/json ; a=b"}) {
    EXPECT_EQ(with(type).status, 200) << type;
  }
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                           "multipart/form-data; boundary=application/json", ""}) {
    answered(with(type), 400, R"({"code":"INVALID_REQUEST","message":"Http头Content-Type不正确"})");
  }
}

TEST_F(CallbackTest, UnconfirmedAPostWithoutContentTypeIsTaken) {
  HttpRequest request = world_.request("POST", kCallbacks, kSet);
  request.headers.pop_back();
  EXPECT_EQ(world_.send(request).status, 200);
}

}  // namespace
}  // namespace favorhook::gateway
