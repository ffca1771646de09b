// What SDKs demand of an answer, demand by demand; each test's comment names who breaks otherwise.
// Notifications are held against the same list in delivery/sdk_notifications_test.cc.
#include <gtest/gtest.h>

#include <functional>
#include <regex>
#include <set>

#include "crypto/aead.h"
#include "gateway/answer.h"
#include "gateway/test_stock.h"

namespace favorhook::gateway {
namespace {

namespace json = boost::json;

const std::string kSetShop = R"({"notify_url":"https://shop.example/notify"})";
const char* const kSignatureHeaders[] = {"Wechatpay-Timestamp", "Wechatpay-Nonce",
                                         "Wechatpay-Signature", "Wechatpay-Serial",
                                         "Wechatpay-Signature-Type"};

HttpAnswer empty_answer(World& world) {
  HttpAnswer answer = success_answer("", world.clocks.wall_now, world.random);
  crypto::RsaSigner signer(world.newest_certificate().key);
  sign_answer(answer, world.newest_certificate(), signer, world.clocks.wall_now, world.random);
  return answer;
}

// One answer of each kind that passed authentication, by status.
std::vector<std::pair<int, HttpAnswer>> authenticated_answers(World& world) {
  std::vector<std::pair<int, HttpAnswer>> all;
  all.emplace_back(404, world.get(kCallbacks));  // before a URL is set
  all.emplace_back(200, world.post(kCallbacks, kSetShop));
  all.emplace_back(200, world.get(kCallbacks));
  all.emplace_back(204, empty_answer(world));
  all.emplace_back(400, world.post(kCallbacks, "{}"));
  all.emplace_back(400, world.post(kCallbacks, "no JSON"));
  all.emplace_back(403, world.post(kCallbacks, kSetShop.substr(0, kSetShop.size() - 1) +
                                                   R"(,"mchid":")" + kOther + R"("})"));
  all.emplace_back(200, world.get(kCertificates));
  all.emplace_back(200, world.post(kStocks, stock_with()));
  return all;
}

// One of each kind that did not.
std::vector<std::pair<int, HttpAnswer>> other_answers(World& world) {
  HttpRequest bare = world.request("GET", kCallbacks);
  std::erase_if(bare.headers, [](const Header& each) { return each.name == "Authorization"; });
  HttpRequest silent = world.request("GET", kCallbacks);
  std::erase_if(silent.headers, [](const Header& each) { return each.name == "User-Agent"; });
  std::vector<std::pair<int, HttpAnswer>> all;
  all.emplace_back(401, world.send(bare));
  all.emplace_back(400, world.send(silent));
  all.emplace_back(401, world.get(kCallbacks, {.seconds_off = 400}));
  all.emplace_back(401, world.get(kCallbacks, {.serial_no = std::string(40, 'F')}));
  all.emplace_back(401, world.get(kCallbacks, {.key = &world_keys().platform}));
  all.emplace_back(404, world.get("/v3/nothing"));
  all.emplace_back(405, world.send(world.request("DELETE", kCallbacks)));
  all.emplace_back(400, malformed_answer(apiv3::ErrorId::request_malformed, world.clocks.wall_now,
                                         world.random));
  return all;
}

// Every number and text of a JSON value, by the name of its member.
void each_leaf(const json::value& value, const std::string& name,
               const std::function<void(const std::string&, const json::value&)>& look) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, inner] : *object) each_leaf(inner, key, look);
  } else if (const auto* array = value.if_array()) {
    for (const json::value& inner : *array) each_leaf(inner, name, look);
  } else {
    look(name, value);
  }
}

// "Wechatpay-Timestamp, -Nonce, -Signature, -Serial and Wechatpay-Signature-Type on every answer
// that passed authentication, also 204 and business 4xx": Python refuses without -Signature-Type.
TEST(SdkDemandsTest, FiveSignatureHeadersOnEveryAnswerThatPassedAuthentication) {
  World world;
  for (const auto& [status, answer] : authenticated_answers(world)) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_TRUE(world.signed_with(answer, world.newest_certificate())) << status;
    for (const char* name : kSignatureHeaders) EXPECT_EQ(count_headers(answer.headers, name), 1u);
  }
  for (const auto& [status, answer] : other_answers(world)) {
    EXPECT_EQ(answer.status, status) << answer.body;
    for (const char* name : kSignatureHeaders) EXPECT_EQ(count_headers(answer.headers, name), 0u);
  }
}

// "Request-ID on every answer": apache-httpclient.
TEST(SdkDemandsTest, RequestIdOnEveryAnswer) {
  World world;
  auto all = authenticated_answers(world);
  for (auto& each : other_answers(world)) all.push_back(std::move(each));
  const std::regex form("[0-9A-F]{16,}-[0-9]+");
  for (const auto& [status, answer] : all) {
    EXPECT_EQ(count_headers(answer.headers, "Request-ID"), 1u) << status;
    EXPECT_TRUE(std::regex_match(header(answer, "Request-ID"), form))
        << header(answer, "Request-ID");
  }
}

// "Content-Type: application/json; charset=utf-8 where there is a body": Java.
TEST(SdkDemandsTest, ContentTypeIsJsonWithUtf8WhereThereIsABody) {
  World world;
  auto all = authenticated_answers(world);
  for (auto& each : other_answers(world)) all.push_back(std::move(each));
  bool one_without_body = false;
  for (const auto& [status, answer] : all) {
    one_without_body |= answer.body.empty();
    EXPECT_EQ(header(answer, "Content-Type"),
              answer.body.empty() ? "" : "application/json; charset=utf-8")
        << status;
    if (!answer.body.empty()) {
      EXPECT_TRUE(json::parse(answer.body).is_object()) << answer.body;
    }
  }
  EXPECT_TRUE(one_without_body);
}

// "The serial exactly as listed: 40 upper-case hex digits, or PUB_KEY_ID_…": all SDKs.
TEST(SdkDemandsTest, TheSerialIsExactlyAsListed) {
  World world;
  const HttpAnswer listing = world.get(kCertificates);
  std::vector<std::string> listed;
  const json::value body = json::parse(listing.body);
  for (const json::value& each : body.at("data").as_array()) {
    listed.emplace_back(each.at("serial_no").as_string());
    EXPECT_TRUE(std::regex_match(listed.back(), std::regex("[0-9A-F]{40}"))) << listed.back();
  }
  EXPECT_EQ(std::ranges::count(listed, header(listing, "Wechatpay-Serial")), 1);
  const HttpAnswer by_public_key = world.get(kCallbacks, {.mchid = kPublicKey});
  EXPECT_TRUE(std::regex_match(header(by_public_key, "Wechatpay-Serial"),
                               std::regex("PUB_KEY_ID_[0-9]{34}")));
}

// "The key that the request's Wechatpay-Serial names, where it names one; else the merchant's
// mode": Java, Python, node-v3 throw on a PUB_KEY_ID_ serial in certificate mode. A gray release is
// about notifications only: answers of a merchant in it stay with the certificate (protocol §1.11).
TEST(SdkDemandsTest, TheKeyThatTheRequestNamesElseThatOfTheMode) {
  World world;
  const auto ask = [&](const std::string& mchid, const std::string& serial) {
    HttpRequest request = world.request("POST", kCallbacks, "{}", {.mchid = mchid});
    if (!serial.empty()) request.headers.push_back({"Wechatpay-Serial", serial});
    return world.send(request);
  };
  const coupon::PlatformKey& certificate = world.newest_certificate();
  const coupon::PlatformKey& older = world.older_certificate();
  const coupon::PlatformKey& public_key = world.public_key();
  EXPECT_TRUE(world.signed_with(ask(kSeed, ""), certificate));
  EXPECT_TRUE(world.signed_with(ask(kSeed, older.serial), older));
  EXPECT_TRUE(world.signed_with(ask(kSeed, public_key.serial), public_key));
  EXPECT_TRUE(world.signed_with(ask(kPublicKey, ""), public_key));
  EXPECT_TRUE(world.signed_with(ask(kPublicKey, certificate.serial), certificate));
  world.merchant(kSeed).gray_percent = 100;
  world.publish();
  EXPECT_TRUE(world.signed_with(ask(kSeed, ""), certificate));
  EXPECT_TRUE(world.signed_with(ask(kSeed, public_key.serial), public_key));
  EXPECT_EQ(world.get(kCertificates).status, 200);
}

// "Integers as JSON numbers (week_day too), times RFC 3339 with +08:00": Go.
TEST(SdkDemandsTest, IntegersAreNumbersAndTimesHaveTheOffset) {
  World world;
  const std::string stock_id = make_stock(
      world, {{"/coupon_use_rule/coupon_available_time/available_week",
               R"({"week_day":[0,6],"available_day_time":[{"begin_time":0,"end_time":3600}]})"},
              {"/stock_send_rule/max_coupons_by_day", "10"}});
  world.post(kCallbacks, kSetShop);
  const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00)");
  const std::regex number_name(
      "week_day|begin_time|end_time|max_.*|discount_amount|transaction_minimum|.*_num|.*_amount");
  std::set<std::string> numbers, times;
  for (const HttpAnswer& answer :
       {world.get(kStocks + "/" + stock_id), world.get(kCertificates),
        world.post(kCallbacks, kSetShop),
        world.post(kStocks, stock_with({{"/out_request_no", R"("make-2")"}}))}) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    each_leaf(json::parse(answer.body), "", [&](const std::string& name, const json::value& leaf) {
      if (std::regex_match(name, number_name)) {
        EXPECT_TRUE(leaf.is_int64()) << name;
        numbers.insert(name);
      } else if (name.ends_with("_time")) {
        EXPECT_TRUE(std::regex_match(std::string(leaf.as_string()), time)) << leaf;
        times.insert(name);
      }
    });
  }
  EXPECT_TRUE(numbers.contains("week_day"));
  EXPECT_TRUE(numbers.contains("total_send_num"));
  EXPECT_GE(numbers.size(), 9u);
  for (const char* name : {"available_begin_time", "available_end_time", "effective_time",
                           "expire_time", "update_time", "create_time"}) {
    EXPECT_TRUE(times.contains(name)) << name;
  }
}

// "At least one certificate in GET /v3/certificates in certificate mode, associated_data not
// empty": Go, Python.
TEST(SdkDemandsTest, ACertificateIsListedAndItsAssociatedDataIsNotEmpty) {
  World world;
  const auto data = json::parse(world.get(kCertificates).body).at("data").as_array();
  ASSERT_GE(data.size(), 1u);
  for (const json::value& each : data) {
    const json::object& sealed = each.at("encrypt_certificate").as_object();
    const auto text = [&](const char* name) { return std::string(sealed.at(name).as_string()); };
    EXPECT_FALSE(text("associated_data").empty());
    const auto pem =
        crypto::aead_open(kApiv3Key, text("nonce"), text("associated_data"), text("ciphertext"));
    ASSERT_TRUE(pem);
    EXPECT_EQ(crypto::Certificate::from_pem(*pem)->serial_no, each.at("serial_no").as_string());
  }
}

}  // namespace
}  // namespace favorhook::gateway
