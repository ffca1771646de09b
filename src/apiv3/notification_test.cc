#include "apiv3/notification.h"

#include <gtest/gtest.h>

#include "apiv3/json.h"
#include "crypto/aead.h"
#include "crypto/digest.h"

namespace favorhook::apiv3 {
namespace {

constexpr std::string_view kKey = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";

Notification sample() {
  return {.id = "a0d3b5f3-fb41-59d4-8887-2fc6fa73a28f",
          .create_time = "2020-04-22T12:54:24+08:00",
          .resource_type = "encrypt-resource",
          .event_type = "COUPON.SEND",
          .summary = "商家券领券通知",
          .original_type = "coupon",
          .algorithm = "AEAD_AES_256_GCM",
          .associated_data = "coupon",
          .nonce = "QC8M6Rj84iKL",
          .ciphertext = {},
          .plaintext = R"({"event_type":"EVENT_TYPE_BUSICOUPON_SEND"})"};
}

void expect_same(const Notification& a, const Notification& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.create_time, b.create_time);
  EXPECT_EQ(a.resource_type, b.resource_type);
  EXPECT_EQ(a.event_type, b.event_type);
  EXPECT_EQ(a.summary, b.summary);
  EXPECT_EQ(a.original_type, b.original_type);
  EXPECT_EQ(a.algorithm, b.algorithm);
  EXPECT_EQ(a.associated_data, b.associated_data);
  EXPECT_EQ(a.nonce, b.nonce);
  EXPECT_EQ(a.plaintext, b.plaintext);
}

TEST(SealNotification, WritesTheWiresMembersInTheirOrder) {
  const std::string ciphertext =
      *crypto::aead_seal(kKey, "QC8M6Rj84iKL", "coupon", sample().plaintext);
  EXPECT_EQ(
      *seal_notification(sample(), kKey),
      R"({"id":"a0d3b5f3-fb41-59d4-8887-2fc6fa73a28f","create_time":"2020-04-22T12:54:24+08:00",)"
      R"("resource_type":"encrypt-resource","event_type":"COUPON.SEND","summary":"商家券领券通知",)"
      R"("resource":{"original_type":"coupon","algorithm":"AEAD_AES_256_GCM","ciphertext":")" +
          ciphertext + R"(","associated_data":"coupon","nonce":"QC8M6Rj84iKL"}})");
}

TEST(SealNotification, RefusesAWrongKeyOrNonceWithoutNamingTheKey) {
  const auto sealed = seal_notification(sample(), "not-a-key");
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().what.find("not-a-key"), std::string::npos);
  Notification notification = sample();
  notification.nonce = "elevenchars";
  EXPECT_FALSE(seal_notification(notification, kKey));
}

TEST(OpenNotification, ReadsWhatWasSealed) {
  const auto opened = open_notification(*seal_notification(sample(), kKey), kKey);
  ASSERT_TRUE(opened);
  expect_same(*opened, sample());
}

TEST(OpenNotification, ReadsAnyLayoutAndOrder) {
  const std::string ciphertext = *crypto::aead_seal(kKey, "QC8M6Rj84iKL", "coupon", "{}");
  std::string escaped;
  for (const char c : ciphertext) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
  const std::string body =
      "{\n  \"resource\": {\n    \"nonce\": \"QC8M6Rj84iKL\",\n    \"ciphertext\": \"" + escaped +
      "\",\n    \"algorithm\": \"AEAD_AES_256_GCM\",\n    \"associated_data\": \"coupon\"\n  },\n"
      "  \"new_member\": [1, null],\n  \"event_type\": \"COUPON.SEND\",\n  \"id\": \"1\"\n}\n";
  const auto opened = open_notification(body, kKey);
  ASSERT_TRUE(opened) << opened.error().what;
  EXPECT_EQ(opened->plaintext, "{}");
  EXPECT_EQ(opened->summary, "");
}

TEST(OpenNotification, TakesEmptyOrAbsentAssociatedDataAsEmpty) {
  Notification notification = sample();
  notification.associated_data.clear();
  std::string body = *seal_notification(notification, kKey);
  EXPECT_TRUE(open_notification(body, kKey));
  const std::string_view member = R"("associated_data":"",)";
  body.erase(body.find(member), member.size());
  EXPECT_TRUE(open_notification(body, kKey));
}

TEST(OpenNotification, RefusesAnotherKeyOrAlteredTexts) {
  const std::string body = *seal_notification(sample(), kKey);
  EXPECT_FALSE(open_notification(body, "b7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"));
  const auto altered = [&](std::string_view from, std::string_view to) {
    std::string text = body;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_FALSE(open_notification(altered("\"coupon\",\"nonce\"", "\"coupom\",\"nonce\""), kKey));
  EXPECT_FALSE(open_notification(altered("QC8M6Rj84iKL", "QC8M6Rj84iKM"), kKey));
  const auto other = open_notification(altered("AEAD_AES_256_GCM", "AEAD_SM4_GCM"), kKey);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().what.find("resource.algorithm"), std::string::npos);
}

TEST(ReadNotification, NamesTheMemberThatIsMissingOrNoText) {
  const std::string body = *seal_notification(sample(), kKey);
  for (const char* member : {"id", "event_type", "algorithm", "ciphertext", "nonce", "resource"}) {
    std::string text = body;
    const std::string quoted = "\"" + std::string(member) + "\":";
    text.replace(text.find(quoted), quoted.size(), "\"another\":");
    const auto read = read_notification(text);
    ASSERT_FALSE(read) << member;
    EXPECT_NE(read.error().what.find(member), std::string::npos) << read.error().what;
  }
  for (const char* text : {"", "[]", "{}", R"({"id":1,"event_type":"x","resource":{}})",
                           R"({"id":"1","event_type":"x","resource":"y"})"}) {
    EXPECT_FALSE(read_notification(text)) << text;
  }
}

TEST(ReadNotification, LeavesThePlaintextEmpty) {
  const auto read = read_notification(*seal_notification(sample(), kKey));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->plaintext, "");
  EXPECT_EQ(crypto::from_base64(read->ciphertext)->size(), sample().plaintext.size() + 16);
}

TEST(SignatureHeaders, AllFiveGoOutAndComeBack) {
  Headers headers = {{"Content-Type", "application/json"}};
  append_signature_headers(headers,
                           {"1554208460", "nonce", "sig==", "5157F09EFDC096DE15EBE81A47057A72"});
  EXPECT_EQ(headers.size(), 6u);
  EXPECT_EQ(find_header(headers, "Wechatpay-Signature-Type"), "WECHATPAY2-SHA256-RSA2048");
  for (Header& header : headers) {
    for (char& c : header.name) c = char(std::tolower(c));
  }
  const auto read = read_signature_headers(headers);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->timestamp, "1554208460");
  EXPECT_EQ(read->nonce, "nonce");
  EXPECT_EQ(read->signature, "sig==");
  EXPECT_EQ(read->serial, "5157F09EFDC096DE15EBE81A47057A72");
}

TEST(SignatureHeaders, NamesTheOneThatIsMissing) {
  for (const char* name :
       {"Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial"}) {
    Headers headers;
    append_signature_headers(headers, {"1", "n", "s", "5"});
    Headers empty = headers;
    std::erase_if(headers, [&](const Header& header) { return header.name == name; });
    const auto read = read_signature_headers(headers);
    ASSERT_FALSE(read) << name;
    EXPECT_NE(read.error().what.find(name), std::string::npos);
    for (Header& header : empty) {
      if (header.name == name) header.value.clear();
    }
    EXPECT_FALSE(read_signature_headers(empty)) << name;
  }
}

TEST(SignatureHeaders, TypeMayBeMissingButNotAnother) {
  Headers headers = {{"Wechatpay-Nonce", "n"},
                     {"Wechatpay-Signature", "s"},
                     {"Wechatpay-Timestamp", "1"},
                     {"Wechatpay-Serial", "5"}};
  EXPECT_TRUE(read_signature_headers(headers));
  headers.push_back({"Wechatpay-Signature-Type", "WECHATPAY2-SM2-WITH-SM3"});
  EXPECT_FALSE(read_signature_headers(headers));
}

}  // namespace
}  // namespace favorhook::apiv3
