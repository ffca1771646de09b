#include <gmock/gmock.h>

#include "admin/test_world.h"

namespace favorhook::admin {
namespace {

using testing::HasSubstr;

TEST(TlsCertificates, AreForTheCallersKeyAndNames) {
  World world;
  const auto key = crypto::PrivateKey::generate_p256();
  const Reply reply = world.call("POST", "/admin/v1/tls-certificates",
                                 {{"public_key_pem", key.public_key().to_pem()},
                                  {"dns", json::array{"localhost"}},
                                  {"ip", json::array{"127.0.0.1"}}});
  ASSERT_EQ(reply.status, 201);
  const auto certificate = crypto::Certificate::from_pem(reply.text("certificate_pem"));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->public_key.to_pem(), key.public_key().to_pem());
  EXPECT_EQ(reply.text("ca_pem"), test_authority().certificate_pem());
}

TEST(TlsCertificates, AreRefusedForOtherNames) {
  World world;
  const std::string pem = test_key().public_key().to_pem();
  const std::vector<json::value> bodies = {
      {{"public_key_pem", pem}, {"dns", json::array{"example.com"}}},
      {{"public_key_pem", pem}, {"ip", json::array{"8.8.8.8"}}},
      {{"public_key_pem", pem}, {"dns", json::array{"localhost,DNS:example.com"}}},
      {{"public_key_pem", pem}, {"dns", "localhost"}},
      {{"public_key_pem", pem}},
      {{"public_key_pem", "none"}, {"dns", json::array{"localhost"}}}};
  for (const json::value& body : bodies) {
    EXPECT_EQ(world.call("POST", "/admin/v1/tls-certificates", body).status, 400)
        << json::serialize(body);
  }
}

TEST(PlatformKeys, ShowPublicHalvesOnly) {
  World world;
  const WallTime now = world.clocks.wall();
  const auto key = crypto::PrivateKey::generate_rsa2048();
  const std::string pem = test_authority().issue_platform(key.public_key(), now);
  const std::string serial = crypto::Certificate::from_pem(pem)->serial_no;
  store::DirectoryRows rows;
  rows.of<store::PlatformKeyRow>() = {
      {serial, "certificate", pem, key.to_pem(), now, now + std::chrono::days(1)},
      {"PUB_KEY_ID_01", "public-key", "", key.to_pem(), now, now + std::chrono::days(1)}};
  world.holder->publish(*store::make_directory(rows));

  const Reply reply = world.call("GET", "/admin/v1/platform-keys");
  ASSERT_EQ(reply.status, 200);
  const json::value& certificate = reply.at("certificates").as_array().at(0);
  EXPECT_EQ(certificate.at("serial_no").as_string(), serial);
  EXPECT_EQ(certificate.at("certificate_pem").as_string(), pem);
  EXPECT_EQ(reply.at("public_key").at("id").as_string(), "PUB_KEY_ID_01");
  EXPECT_EQ(reply.at("public_key").at("pem").as_string(), key.public_key().to_pem());
  EXPECT_THAT(json::serialize(reply.body), testing::Not(HasSubstr("PRIVATE")));
}

}  // namespace
}  // namespace favorhook::admin
