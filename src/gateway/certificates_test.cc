// GET /v3/certificates (protocol §1.10).
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "crypto/aead.h"
#include "gateway/test_world.h"

namespace favorhook::gateway {
namespace {

const std::string kNone =
    R"({"code":"RESOURCE_NOT_EXISTS","message":"无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"})";

std::string text(const boost::json::value& value, std::string_view pointer) {
  return std::string(value.at_pointer(pointer).as_string());
}

TEST(CertificatesTest, ListsTheCertificatesInForceSealedWithTheApiv3Key) {
  World world;
  const HttpAnswer answer = world.get(kCertificates);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(world.signed_with(answer, world.newest_certificate()));
  const auto body = boost::json::parse(answer.body);
  const auto& data = body.at("data").as_array();
  ASSERT_EQ(data.size(), 2u);  // two that overlap; not the expired one, not the public key
  std::set<std::string> nonces;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const coupon::PlatformKey& key = world.platform_keys[i];
    EXPECT_EQ(text(data[i], "/serial_no"), key.serial);
    EXPECT_EQ(text(data[i], "/effective_time"), to_rfc3339(key.not_before));
    EXPECT_EQ(text(data[i], "/expire_time"), to_rfc3339(key.not_after));
    EXPECT_EQ(text(data[i], "/encrypt_certificate/algorithm"), "AEAD_AES_256_GCM");
    const std::string nonce = text(data[i], "/encrypt_certificate/nonce");
    EXPECT_EQ(nonce.size(), 12u);
    EXPECT_EQ(nonce.find_first_not_of("0123456789abcdef"), std::string::npos);
    nonces.insert(nonce);
    EXPECT_EQ(
        crypto::aead_open(kApiv3Key, nonce, text(data[i], "/encrypt_certificate/associated_data"),
                          text(data[i], "/encrypt_certificate/ciphertext"))
            .value_or(""),
        key.certificate_pem);
    EXPECT_EQ(text(data[i], "/encrypt_certificate/associated_data"), "certificate");
  }
  EXPECT_EQ(nonces.size(), 2u);
}

TEST(CertificatesTest, AlgorithmType) {
  World world;
  EXPECT_EQ(world.get(kCertificates + "?algorithm_type=RSA").status, 200);
  EXPECT_EQ(world.get(kCertificates + "?algorithm_type=ALL").status, 200);
  const HttpAnswer sm2 = world.get(kCertificates + "?algorithm_type=SM2");
  EXPECT_EQ(sm2.status, 404);
  EXPECT_EQ(sm2.body, kNone);
  const HttpAnswer wrong = world.get(kCertificates + "?algorithm_type=rsa");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_TRUE(wrong.body.starts_with(
      R"({"code":"PARAM_ERROR","detail":{"location":"query","value":"rsa"},"message":"输入源“/query/algorithm_type”)"))
      << wrong.body;
}

TEST(CertificatesTest, APublicKeyMerchantGetsTheDocumented404) {
  World world;
  const HttpAnswer answer = world.get(kCertificates, {.mchid = kPublicKey});
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, kNone);
  EXPECT_TRUE(world.signed_with(answer, world.public_key()));
}

TEST(CertificatesTest, WithoutAnApiv3KeyThereIsNothingToSealWith) {
  World world;
  const HttpAnswer answer = world.get(kCertificates, {.mchid = kKeyless});
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, R"({"code":"SIGN_ERROR","message":"商户未设置APIv3密钥。"})");
  EXPECT_TRUE(world.signed_with(answer, world.newest_certificate()));
}

TEST(CertificatesTest, NoneInForce) {
  World world;
  world.clocks.wall_now += std::chrono::hours(24 * 7);
  const auto pem = world_keys().authority.issue_merchant(
      kSeed, kSeed, world.merchant_key.public_key(), world.clocks.wall_now);
  world.merchant(kSeed).certificates[0].certificate = *crypto::Certificate::from_pem(pem);
  world.publish();
  const HttpAnswer answer = world.get(kCertificates);
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, kNone);
}

// The Java SDK's first request: an empty Wechatpay-Serial and a leading space in Accept.
TEST(CertificatesTest, TheJavaSdksDownload) {
  World world;
  HttpRequest request = world.request("GET", kCertificates + "?algorithm_type=RSA");
  request.headers[0].value = " */*";
  request.headers.push_back({"Wechatpay-Serial", ""});
  EXPECT_EQ(world.send(request).status, 200);
}

}  // namespace
}  // namespace favorhook::gateway
