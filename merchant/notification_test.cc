#include "favorhook/notification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <iterator>

#include "apiv3/notification.h"
#include "test_platform.h"

namespace favorhook::merchant {
namespace {

using testing::HasSubstr;

const std::string kKey = "0123456789abcdef0123456789ABCDEF";

std::string read_vector(const std::string& name) {
  std::ifstream in(std::string(FAVORHOOK_ROOT) + "/api/vectors/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

std::string sealed_body() {
  apiv3::Notification notification;
  notification.id = "a0d3b5f3-fb41-59d4-8887-2fc6fa73a28f";
  notification.create_time = "2020-04-22T12:54:24+08:00";
  notification.resource_type = "encrypt-resource";
  notification.event_type = "COUPON.SEND";
  notification.summary = "商家券领券通知";
  notification.original_type = "coupon";
  notification.algorithm = "AEAD_AES_256_GCM";
  notification.associated_data = "coupon";
  notification.nonce = "QC8M6Rj84iKL";
  notification.plaintext = R"({"event_type":"EVENT_TYPE_BUSICOUPON_SEND","attach_info":""})";
  return *apiv3::seal_notification(notification, kKey);
}

std::string refusal(const NotificationHandler& handler, const Pairs& headers,
                    const std::string& body) {
  const auto notification = handler.parse(headers, body);
  return notification ? "accepted" : notification.error();
}

TEST(NotificationHandler, OpensWhatThePlatformSigned) {
  const NotificationHandler handler(platform().keys(), kKey);
  const std::string body = sealed_body();
  for (const std::string& serial : {platform().certificate.serial_no,
                                    std::string("PUB_KEY_ID_0000000000000024101100397200000006")}) {
    const auto notification = handler.parse(platform().sign(body, platform().now(), serial), body);
    ASSERT_TRUE(notification) << notification.error();
    EXPECT_EQ(notification->id, "a0d3b5f3-fb41-59d4-8887-2fc6fa73a28f");
    EXPECT_EQ(notification->create_time, "2020-04-22T12:54:24+08:00");
    EXPECT_EQ(notification->event_type, "COUPON.SEND");
    EXPECT_EQ(notification->resource_type, "encrypt-resource");
    EXPECT_EQ(notification->summary, "商家券领券通知");
    EXPECT_EQ(notification->original_type, "coupon");
    EXPECT_EQ(notification->associated_data, "coupon");
    EXPECT_EQ(notification->plaintext,
              R"({"event_type":"EVENT_TYPE_BUSICOUPON_SEND","attach_info":""})");
    EXPECT_EQ(notification->wechatpay_nonce, "593bec0c930bf1afeb40b4a08c8fb242");
    EXPECT_EQ(notification->wechatpay_serial, serial);
  }
}

TEST(NotificationHandler, OpensThePublishedNotificationOfTheGoSdk) {
  const auto vector = boost::json::parse(read_vector("go-notify-payscore.json"));
  const auto text = [&](const char* name) { return std::string(vector.at(name).as_string()); };
  Pairs headers;
  for (const auto& [name, value] : vector.at("headers").as_object()) {
    headers.emplace_back(name, value.as_string());
  }
  PlatformKeys keys;
  ASSERT_TRUE(keys.add_public_key("D7CE59D1F522D701", read_vector(text("public_key_file"))));

  NotificationOptions any_time;
  any_time.timestamp_skew_s = 0;
  const NotificationHandler handler(keys, text("apiv3_key"), any_time);
  const auto notification = handler.parse(headers, text("body"));
  ASSERT_TRUE(notification) << notification.error();
  EXPECT_EQ(notification->plaintext, text("plaintext"));

  // It is of 2021: refused where the time counts.
  const NotificationHandler strict(keys, text("apiv3_key"));
  EXPECT_THAT(refusal(strict, headers, text("body")), HasSubstr("more than 300 s"));
}

TEST(NotificationHandler, RefusesWhatIsNotExactlyWhatWasSigned) {
  const NotificationHandler handler(platform().keys(), kKey);
  const std::string body = sealed_body();
  const Pairs good = platform().sign(body);
  ASSERT_EQ(refusal(handler, good, body), "accepted");

  EXPECT_EQ(refusal(handler, good, body + "\n"), "the signature is wrong");
  for (std::size_t i = 0; i < 4; ++i) {  // all but Wechatpay-Signature-Type
    Pairs missing = good;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(refusal(handler, missing, body), HasSubstr(good[i].first));
    Pairs changed = good;
    changed[i].second.front() = changed[i].second.front() == '1' ? '2' : '1';
    EXPECT_NE(refusal(handler, changed, body), "accepted") << good[i].first;
  }
}

TEST(NotificationHandler, RefusesSignatureProbesLikeAnyWrongSignature) {
  const NotificationHandler handler(platform().keys(), kKey);
  const std::string body = sealed_body();
  Pairs headers = platform().sign(body);
  headers[2].second = "WECHATPAY/SIGNTEST/" + headers[2].second;
  EXPECT_THAT(refusal(handler, headers, body), HasSubstr("the signature is wrong"));
}

TEST(NotificationHandler, RefusesOldAndFutureTimesAndTimesThatAreNoNumber) {
  const NotificationHandler handler(platform().keys(), kKey);
  const std::string body = sealed_body();
  const std::string serial = platform().certificate.serial_no;
  const long long now = std::stoll(platform().now());
  const auto at = [&](const std::string& time) {
    return refusal(handler, platform().sign(body, time, serial), body);
  };
  EXPECT_EQ(at(std::to_string(now - 290)), "accepted");
  EXPECT_EQ(at(std::to_string(now + 290)), "accepted");
  EXPECT_THAT(at(std::to_string(now - 310)), HasSubstr("more than 300 s"));
  EXPECT_THAT(at(std::to_string(now + 310)), HasSubstr("more than 300 s"));
  EXPECT_THAT(at("-9223372036854775808"), HasSubstr("more than 300 s"));
  EXPECT_THAT(at(std::to_string(now) + "x"), HasSubstr("not a number"));
}

TEST(NotificationHandler, RefusesTheWrongApiV3KeyWithoutShowingIt) {
  const std::string wrong = "ABCDEF0123456789abcdef0123456789";
  const NotificationHandler handler(platform().keys(), wrong);
  const std::string body = sealed_body();
  const std::string why = refusal(handler, platform().sign(body), body);
  EXPECT_NE(why, "accepted");
  EXPECT_EQ(why.find(wrong), std::string::npos);
}

TEST(PlatformKeys, ListsItsSerialsAndRefusesOtherTexts) {
  PlatformKeys keys = platform().keys();
  EXPECT_THAT(keys.serials(),
              testing::UnorderedElementsAre(platform().certificate.serial_no,
                                            "PUB_KEY_ID_0000000000000024101100397200000006"));
  EXPECT_FALSE(keys.add_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n"));
  EXPECT_FALSE(keys.add_public_key("PUB_KEY_ID_1", "nothing"));
  EXPECT_FALSE(keys.add_public_key("", platform().key.public_key().to_pem()));
  const crypto::PublicKey curve = crypto::PrivateKey::generate_p256().public_key();
  EXPECT_FALSE(keys.add_public_key("PUB_KEY_ID_1", curve.to_pem()));
  EXPECT_EQ(keys.serials().size(), 2u);
}

TEST(PlatformKeys, CopiesDoNotShareWhatIsAddedLater) {
  PlatformKeys first = platform().keys();
  const PlatformKeys copy = first;
  ASSERT_TRUE(first.add_public_key("PUB_KEY_ID_2", platform().key.public_key().to_pem()));
  EXPECT_EQ(first.serials().size(), 3u);
  EXPECT_EQ(copy.serials().size(), 2u);
}

}  // namespace
}  // namespace favorhook::merchant
