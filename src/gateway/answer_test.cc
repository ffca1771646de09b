// Headers and signatures of answers (protocol §1.8, §1.9).
#include "gateway/answer.h"

#include <gtest/gtest.h>

#include "gateway/test_world.h"

namespace favorhook::gateway {
namespace {

const std::string kBody = R"({"notify_url":"https://pay.weixin.qq.com"})";

HttpAnswer ask(World& world, const std::string& mchid, const std::string& serial) {
  HttpRequest request = world.request("GET", kCallbacks, "", {.mchid = mchid});
  request.headers.push_back({"Wechatpay-Serial", serial});
  return world.send(request);
}

TEST(AnswerTest, HeadersOfARealAnswer) {
  World world;
  const HttpAnswer answer = world.post(kCallbacks, kBody);
  std::vector<std::string> names;
  for (const Header& each : answer.headers) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "Content-Type", "Cache-Control", "X-Content-Type-Options", "Request-ID",
                       "Content-Language", "Wechatpay-Nonce", "Wechatpay-Signature",
                       "Wechatpay-Timestamp", "Wechatpay-Serial", "Wechatpay-Signature-Type"}));
  EXPECT_EQ(header(answer, "Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(header(answer, "Cache-Control"), "no-cache, must-revalidate");
  EXPECT_EQ(header(answer, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(answer, "Content-Language"), "zh-CN");
  EXPECT_TRUE(header(answer, "Request-ID").ends_with("-0"));
}

TEST(AnswerTest, EveryAnswerHasARequestIdOfItsOwn) {
  World world;
  const HttpAnswer first = world.get("/none");
  const HttpAnswer second = world.get("/none");
  EXPECT_NE(header(first, "Request-ID"), "");
  EXPECT_NE(header(first, "Request-ID"), header(second, "Request-ID"));
  EXPECT_FALSE(find_header(first.headers, "Content-Type"));
}

TEST(AnswerTest, SignedByTheMerchantsMode) {
  World world;
  EXPECT_TRUE(world.signed_with(world.get(kCallbacks), world.newest_certificate()));
  EXPECT_TRUE(world.signed_with(world.get(kCallbacks, {.mchid = kPublicKey}), world.public_key()));
}

TEST(AnswerTest, SignedByTheKeyThatTheRequestNames) {
  World world;
  const auto signed_by = [&](const std::string& mchid, const coupon::PlatformKey& key) {
    return world.signed_with(ask(world, mchid, key.serial), key);
  };
  EXPECT_TRUE(signed_by(kSeed, world.public_key()));
  EXPECT_TRUE(signed_by(kSeed, world.older_certificate()));
  EXPECT_TRUE(signed_by(kPublicKey, world.newest_certificate()));
  EXPECT_TRUE(world.signed_with(ask(world, kPublicKey, ""), world.public_key()));
}

TEST(AnswerTest, AKeyThatIsNotInForceIsRefusedInTheModesSignature) {
  World world;
  for (const std::string& serial :
       {std::string("PUB_KEY_ID_0"), world.expired_certificate().serial, std::string("x")}) {
    const HttpAnswer answer = ask(world, kSeed, serial);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body,
              R"({"code":"PARAM_ERROR","message":"平台证书序列号Wechatpay-Serial错误"})");
    EXPECT_TRUE(world.signed_with(answer, world.newest_certificate()));
  }
}

TEST(AnswerTest, WithoutAnyPlatformKeyTheAnswerIsAnUnsignedSystemError) {
  World world;
  std::erase_if(world.platform_keys, [](const coupon::PlatformKey& key) {
    return key.mode == coupon::SigningMode::public_key;
  });
  world.publish();
  const HttpAnswer answer = world.get(kCallbacks, {.mchid = kPublicKey});
  EXPECT_EQ(answer.status, 500);
  EXPECT_FALSE(find_header(answer.headers, "Wechatpay-Signature"));
}

TEST(AnswerTest, AnEmptyAnswerIs204AndSignedOverNothing) {
  World world;
  HttpAnswer answer = success_answer("", world.clocks.wall_now, world.random);
  crypto::RsaSigner signer(world.public_key().key);
  sign_answer(answer, world.public_key(), signer, world.clocks.wall_now, world.random);
  EXPECT_EQ(answer.status, 204);
  EXPECT_FALSE(find_header(answer.headers, "Content-Type"));
  EXPECT_TRUE(world.signed_with(answer, world.public_key()));
}

TEST(AnswerTest, MalformedRequestsAreAnsweredInTheWiresShape) {
  World world;
  const HttpAnswer answer =
      malformed_answer(apiv3::ErrorId::request_malformed, world.clocks.wall_now, world.random);
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.close);
  EXPECT_EQ(answer.body,
            R"({"code":"INVALID_REQUEST","message":"HTTP 请求不符合微信支付 APIv3 接口规则"})");
  EXPECT_NE(header(answer, "Request-ID"), "");
  EXPECT_FALSE(find_header(answer.headers, "Wechatpay-Signature"));
}

}  // namespace
}  // namespace favorhook::gateway
