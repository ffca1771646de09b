// The order of the checks and each refusal, byte for byte (protocol §1.6); what SDKs send (sdk
// behaviour).
#include "gateway/authenticate.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>

#include "gateway/test_world.h"

namespace favorhook::gateway {
namespace {

const std::string kMalformed =
    R"({"code":"SIGN_ERROR","message":"Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"})";
const std::string kUnknownScheme =
    R"({"code":"SIGN_ERROR","message":"Http头Authorization认证类型不正确"})";
const std::string kSkewed =
    R"({"code":"SIGN_ERROR","message":"Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"})";
const std::string kUnknownSerial =
    R"({"code":"SIGN_ERROR","message":"商户证书序列号有误。请使用签名私钥匹配的证书序列号"})";
const std::string kNoAgent =
    R"({"code":"INVALID_REQUEST","message":"Http头缺少Accept或User-Agent"})";

void drop(HttpRequest& request, std::string_view name) {
  std::erase_if(request.headers, [&](const Header& each) { return each.name == name; });
}
void replace(HttpRequest& request, std::string_view name, std::string value) {
  drop(request, name);
  request.headers.push_back({std::string(name), std::move(value)});
}

class AuthenticateTest : public testing::Test {
 protected:
  void refused(HttpRequest request, int status, std::string_view body) {
    const HttpAnswer answer = world_.send(request);
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body, body);
    EXPECT_FALSE(find_header(answer.headers, "Wechatpay-Signature"));
    EXPECT_FALSE(find_header(answer.headers, "Wechatpay-Serial"));
    EXPECT_NE(header(answer, "Request-ID"), "");
  }
  // Authenticated: nothing is set yet, so a signed 404.
  void taken(HttpRequest request) {
    const HttpAnswer answer = world_.send(request);
    EXPECT_EQ(answer.status, 404) << answer.body;
    EXPECT_TRUE(world_.signed_with(answer, world_.newest_certificate()));
  }
  HttpRequest query(const Signing& signing = {}) {
    return world_.request("GET", kCallbacks, "", signing);
  }

  World world_;
};

// What can be wrong with a request, in the order in which it must be found.
struct Fault {
  const char* name;
  int status;
  std::string body;
  std::function<void(HttpRequest&, Signing&)> before_signing;
  std::function<void(HttpRequest&)> after_signing;
};

std::vector<Fault> faults_in_order(const crypto::PrivateKey& wrong_key) {
  const auto nothing = [](HttpRequest&) {};
  const auto unsigned_yet = [](HttpRequest&, Signing&) {};
  return {
      {"path", 404, "", [](HttpRequest& r, Signing&) { r.target = "/v3/none"; }, nothing},
      {"method", 405, "", [](HttpRequest& r, Signing&) { r.method = "PUT"; }, nothing},
      {"user agent", 400, kNoAgent, unsigned_yet, [](HttpRequest& r) { drop(r, "User-Agent"); }},
      {"authorization", 401, kMalformed, unsigned_yet,
       [](HttpRequest& r) { drop(r, "Authorization"); }},
      {"timestamp", 401, kSkewed, [](HttpRequest&, Signing& s) { s.seconds_off = 301; }, nothing},
      {"certificate", 401, kUnknownSerial,
       [](HttpRequest&, Signing& s) { s.serial_no = std::string(40, 'A'); }, nothing},
      {"signature", 401, "SIGN_ERROR with its detail",
       [&](HttpRequest&, Signing& s) { s.key = &wrong_key; }, nothing},
      {"named key", 400, R"({"code":"PARAM_ERROR","message":"平台证书序列号Wechatpay-Serial错误"})",
       unsigned_yet, [](HttpRequest& r) { replace(r, "Wechatpay-Serial", "PUB_KEY_ID_0"); }},
      {"body", 400, R"({"code":"PARAM_ERROR","message":"请求体不是合法的JSON对象"})",
       [](HttpRequest& r, Signing&) { r.body = "["; }, nothing},
  };
}

TEST_F(AuthenticateTest, OfTwoFaultsTheEarlierOneIsAnswered) {
  const auto faults = faults_in_order(world_.newest_certificate().key);
  for (std::size_t first = 0; first < faults.size(); ++first) {
    for (std::size_t second = first; second < faults.size(); ++second) {
      SCOPED_TRACE(fmt::format("{} and {}", faults[first].name, faults[second].name));
      HttpRequest request{"POST", kCallbacks, {}, "{}", ""};
      Signing signing;
      // The later fault first, so that the earlier has the last word over what both change.
      faults[second].before_signing(request, signing);
      faults[first].before_signing(request, signing);
      request = world_.request(request.method, request.target, request.body, signing);
      faults[second].after_signing(request);
      faults[first].after_signing(request);
      const HttpAnswer answer = world_.send(request);
      EXPECT_EQ(answer.status, faults[first].status);
      if (std::string_view(faults[first].name) == "signature") {
        EXPECT_TRUE(answer.body.starts_with(R"({"code":"SIGN_ERROR","detail":{)"));
      } else {
        EXPECT_EQ(answer.body, faults[first].body);
      }
      const bool passed = first >= 7;
      EXPECT_EQ(find_header(answer.headers, "Wechatpay-Signature").has_value(), passed);
    }
  }
}

TEST_F(AuthenticateTest, UnknownPathAndWrongMethodNeedNoAuthentication) {
  for (const char* path :
       {"/", "/v3", "/v3/marketing/busifavor/stocks/", "/v3/marketing/busifavor/callbacks/",
        "/v3/marketing/busifavor/stocks/1/x"}) {
    refused({"GET", path, {}, "", ""}, 404, "");
  }
  for (const auto& [method, path] : std::multimap<std::string, std::string>{
           {"DELETE", kCallbacks}, {"HEAD", kCallbacks}, {"GET", kSend}, {"get", kCallbacks}}) {
    refused({method, path, {}, "", ""}, 405, "");
  }
}

TEST_F(AuthenticateTest, AcceptAndUserAgentMayBeAnythingButMissing) {
  for (const char* name : {"Accept", "User-Agent"}) {
    HttpRequest without = query();
    drop(without, name);
    refused(without, 400, kNoAgent);
    HttpRequest empty = query();
    replace(empty, name, " ");
    refused(empty, 400, kNoAgent);
  }
  HttpRequest any = query();
  replace(any, "Accept", " */*");
  replace(any, "User-Agent", "127.0.0.1");
  taken(any);
}

TEST_F(AuthenticateTest, AuthorizationOfTheWrongForm) {
  const std::string good = world_.authorization(query(), {});
  for (const std::string& bad : {std::string(), std::string("WECHATPAY2-SHA256-RSA2048"),
                                 good.substr(0, good.rfind(',')),  // no signature
                                 good + ",mchid=\"10000098\"",     // a pair twice
                                 fmt::format("WECHATPAY2-SHA256-RSA2048  {}", good.substr(26))}) {
    HttpRequest request = query();
    replace(request, "Authorization", bad);
    refused(request, 401, kMalformed);
  }
  HttpRequest bearer = query();
  replace(bearer, "Authorization", "Bearer token");
  refused(bearer, 401, kUnknownScheme);
  HttpRequest twice = query();
  twice.headers.push_back({"authorization", good});
  refused(twice, 400, kMalformed);
}

TEST_F(AuthenticateTest, TimestampWithinFiveMinutesInclusive) {
  taken(query({.seconds_off = 300}));
  taken(query({.seconds_off = -300}));
  refused(query({.seconds_off = 301}), 401, kSkewed);
  refused(query({.seconds_off = -301}), 401, kSkewed);
}

TEST_F(AuthenticateTest, TimestampIsHeldAgainstTheWallClockNotTheBusinessClock) {
  world_.clocks.business_now += std::chrono::hours(24 * 30);
  taken(query());
}

TEST_F(AuthenticateTest, CertificatesThatAreNoneOfTheMerchants) {
  refused(query({.serial_no = std::string(40, 'A')}), 401, kUnknownSerial);
  refused(query({.serial_no = world_.serial_of(kOther)}), 401, kUnknownSerial);
  // Observed on the live system (probe P4).
  refused(query({.mchid = "1999999999"}), 401, R"({"code":"SIGN_ERROR","message":"签名错误"})");
  refused(query({.mchid = kBare}), 401, R"({"code":"SIGN_ERROR","message":"商户未申请过证书。"})");
}

TEST_F(AuthenticateTest, CertificatesOutOfForce) {
  world_.merchant(kSeed).certificates[0].revoked = true;
  world_.publish();
  refused(query(), 401, R"({"code":"SIGN_ERROR","message":"商户证书已作废。"})");

  world_.merchant(kSeed).certificates[0].revoked = false;
  world_.publish();
  taken(query());
  world_.clocks.wall_now += std::chrono::hours(2);
  refused(query(), 401, R"({"code":"SIGN_ERROR","message":"商户证书已过期。"})");
  world_.clocks.wall_now -= std::chrono::hours(4);
  refused(query(), 401, kUnknownSerial);
}

TEST_F(AuthenticateTest, WrongSignatureTellsTheTextThatWasExpected) {
  const std::string target = kStocks + "/1266900000000002?a=%E5%88%B8";
  const HttpRequest request =
      world_.request("GET", target, "", {.key = &world_.newest_certificate().key});
  const std::string text = "GET\n" + target + "\n" +
                           std::to_string(unix_seconds(world_.clocks.wall_now)) +
                           "\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n";
  boost::json::object information{{"method", "GET"},
                                  {"sign_message_length", text.size()},
                                  {"truncated_sign_message", text},
                                  {"url", target}};
  refused(
      request, 401,
      R"({"code":"SIGN_ERROR","detail":{"detail":{"issue":"sign not match"},"field":"signature",)"
      R"("location":"authorization","sign_information":)" +
          boost::json::serialize(information) + R"(},"message":"错误的签名，验签失败"})");
}

TEST_F(AuthenticateTest, WrongSignatureShowsEightCharactersOfTheBody) {
  HttpRequest request = world_.request("POST", kCallbacks, R"({"mchid":"10000098"})");
  request.body = R"({"mchid":"10000099"})";  // tampered with after it was signed
  const HttpAnswer answer = world_.send(request);
  EXPECT_EQ(answer.status, 401);
  const auto body = boost::json::parse(answer.body);
  const auto& shown = body.at_pointer("/detail/sign_information/truncated_sign_message");
  EXPECT_TRUE(shown.as_string().ends_with("\n{\"mchid\"\n"));
  const std::size_t length =
      std::string("POST\n\n\n\n\n").size() + kCallbacks.size() + 10 + 32 + request.body.size();
  EXPECT_EQ(body.at_pointer("/detail/sign_information/sign_message_length").to_number<int>(),
            int(length));
}

TEST_F(AuthenticateTest, WrongSignatureOverBytesThatAreNoUtf8IsAnsweredInUtf8) {
  HttpRequest request = world_.request("POST", kCallbacks + "?x=\xff", "\xff\xfe");
  request.body = "\xff\xff";
  const HttpAnswer answer = world_.send(request);
  EXPECT_EQ(answer.status, 401);
  boost::system::error_code error;
  (void)boost::json::parse(answer.body, error);
  EXPECT_FALSE(error);
}

TEST_F(AuthenticateTest, NothingIsRefusedForItsNonce) {
  for (const char* nonce : {"6b9a16afe1", "1", "same", "same"}) taken(query({.nonce = nonce}));
}

TEST_F(AuthenticateTest, SdkStyles) {
  std::string lower = world_.serial_of(kSeed);  // wechatpay-node-v3
  for (char& c : lower) c = char(std::tolower(static_cast<unsigned char>(c)));
  taken(query({.serial_no = lower}));

  HttpRequest php = query();  // its order of the pairs
  const std::string timestamp = std::to_string(unix_seconds(world_.clocks.wall_now));
  replace(php, "Authorization",
          fmt::format(R"(WECHATPAY2-SHA256-RSA2048 mchid="{}",serial_no="{}",timestamp="{}",)"
                      R"(nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="{}")",
                      kSeed, world_.serial_of(kSeed), timestamp, world_.sign(php, timestamp, {})));
  taken(php);

  HttpRequest go = query();  // Content-Type on a GET
  go.headers.push_back({"Content-Type", "application/json"});
  taken(go);

  HttpRequest java = query();
  replace(java, "Accept", " */*");
  java.headers.push_back({"Wechatpay-Serial", ""});
  taken(java);
}

// Each is signed as it is sent; a server that serialises again before it verifies refuses them.
TEST_F(AuthenticateTest, BodiesAreVerifiedAsTheyWereSent) {
  const std::map<std::string, std::string> bodies = {
      {"Go", "{\"mchid\":\"10000098\",\"notify_url\":\"https://pay.weixin.qq.com\"}\n"},
      {"PHP", R"({"mchid":"10000098","notify_url":"https:\/\/pay.weixin.qq.com"})"},
      {"Python", R"({"mchid": "10000098", "notify_url": "https://pay.weixin.qq.com"})"},
      {"Go escapes", R"({"notify_url":"https://pay.weixin.qq.com","x":"\u003c\u0026\u003e"})"},
  };
  for (const auto& [sdk, body] : bodies) {
    SCOPED_TRACE(sdk);
    HttpRequest request = world_.request("POST", kCallbacks, body);
    replace(request, "Content-Type", "application/json; charset=utf-8");
    const HttpAnswer answer = world_.send(request);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"mchid":"10000098","notify_url":"https://pay.weixin.qq.com",)"
                           R"("update_time":"2026-05-20T13:29:35+08:00"})");
  }
}

}  // namespace
}  // namespace favorhook::gateway
