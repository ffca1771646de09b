// Everything here is held against api/vectors: published signatures and ciphertexts, a real
// notification, real answers.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "apiv3/errors.h"
#include "apiv3/field_rules.h"
#include "apiv3/json.h"
#include "apiv3/notification.h"
#include "apiv3/signing_string.h"
#include "crypto/aead.h"
#include "crypto/sign.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;

const std::filesystem::path kVectors = std::filesystem::path(FAVORHOOK_ROOT) / "api/vectors";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

json::value load(const char* name) {
  return json::parse(read_file(kVectors / name));
}

std::string text(const json::value& object, const char* member) {
  return std::string(object.at(member).as_string());
}

crypto::PublicKey load_key(const json::value& vectors) {
  return *crypto::PublicKey::from_pem(read_file(kVectors / text(vectors, "public_key_file")));
}

TEST(Vectors, OfficialRequestSignaturesVerifyOverTheSigningString) {
  const json::value vectors = load("official-doc-request-signatures.json");
  const crypto::PublicKey key = load_key(vectors);
  ASSERT_EQ(vectors.at("cases").as_array().size(), 2u);
  for (const json::value& one : vectors.at("cases").as_array()) {
    const std::string body = text(one, "body");
    const auto signing_string = [&](std::string_view signed_body) {
      return request_signing_string(text(one, "method"), text(one, "url"), text(one, "timestamp"),
                                    text(one, "nonce_str"), signed_body);
    };
    EXPECT_TRUE(crypto::verify_sha256_rsa(key, signing_string(body), text(one, "signature")));
    EXPECT_FALSE(
        crypto::verify_sha256_rsa(key, signing_string(body + " "), text(one, "signature")));
  }
  const json::value& pay = vectors.at("paysign_jsapi");
  EXPECT_TRUE(crypto::verify_sha256_rsa(key, text(pay, "message"), text(pay, "signature")));
}

TEST(Vectors, SignatureOfTheGoSdkVerifies) {
  const json::value vectors = load("go-small-vectors.json");
  const json::value& sign = vectors.at("sign");
  EXPECT_TRUE(
      crypto::verify_sha256_rsa(load_key(sign), text(sign, "message"), text(sign, "signature")));
  EXPECT_FALSE(crypto::verify_sha256_rsa(load_key(sign), "sourcf", text(sign, "signature")));
}

void expect_sealed(const json::value& vector) {
  const std::string key = text(vector, "key");
  const std::string nonce = text(vector, "nonce");
  const std::string data = text(vector, "associated_data");
  EXPECT_EQ(crypto::aead_seal(key, nonce, data, text(vector, "plaintext")).value(),
            text(vector, "ciphertext"));
  EXPECT_EQ(crypto::aead_open(key, nonce, data, text(vector, "ciphertext")).value(),
            text(vector, "plaintext"));
}

TEST(Vectors, AeadOfTheJavaAndGoSdks) {
  expect_sealed(load("java-aes-gcm.json"));
  expect_sealed(load("go-small-vectors.json").at("aes_gcm"));
}

TEST(Vectors, NotificationOfTheGoSdkVerifiesOpensAndIsSealedTheSame) {
  const json::value vector = load("go-notify-payscore.json");
  Headers headers;
  for (const auto& header : vector.at("headers").as_object()) {
    headers.push_back({std::string(header.key()), std::string(header.value().as_string())});
  }
  const std::string body = text(vector, "body");
  const auto signature = read_signature_headers(headers);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(crypto::verify_sha256_rsa(
      load_key(vector), answer_signing_string(signature->timestamp, signature->nonce, body),
      signature->signature));
  const auto opened = open_notification(body, text(vector, "apiv3_key"));
  ASSERT_TRUE(opened) << opened.error().what;
  EXPECT_EQ(opened->plaintext, text(vector, "plaintext"));
  EXPECT_EQ(opened->event_type, "PAYSCORE.USER_OPEN_SERVICE");
  EXPECT_EQ(opened->summary, "签约成功");
  EXPECT_EQ(seal_notification(*opened, text(vector, "apiv3_key")).value(), body);
}

TEST(Vectors, LiveAnswersAreInTheOrderThatIsWritten) {
  const json::value shapes = load("live-busifavor-shapes-2020.json");
  for (const char* answer : {"callbacks_post", "callbacks_get", "create_stock", "get_stock",
                             "list_user_coupons", "use"}) {
    EXPECT_EQ(to_sorted_json(shapes.at(answer)), to_ordered_json(shapes.at(answer)))
        << answer << ": live answers have alphabetical keys";
  }
}

TEST(Vectors, EveryDocumentedSampleBodyIsReadAndWrittenWithoutLoss) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kVectors / "doc-samples")) {
    const std::string sample = read_file(entry.path());
    const auto parsed = parse_object(sample);
    ASSERT_TRUE(parsed) << entry.path();
    EXPECT_EQ(json::value(*parsed), json::parse(sample)) << entry.path();
    EXPECT_EQ(json::parse(to_sorted_json(*parsed)), json::parse(sample)) << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 34);
}

// The signature refusal of a real body's own request, whose body is known only by its beginning and
// the total length.
std::string signature_body(const json::value& real) {
  const json::value information =
      json::parse(text(real, "body")).at("detail").at("sign_information");
  const std::string shown = text(information, "truncated_sign_message");
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < shown.size(); at = shown.find('\n', at) + 1) {
    lines.push_back(shown.substr(at, shown.find('\n', at) - at));
  }
  EXPECT_EQ(lines.size(), 5u);
  const auto length = information.at("sign_message_length").to_number<std::size_t>();
  const std::string body = lines[4] + std::string(length - shown.size(), 'x');
  return error_body(signature_refusal(lines[0], lines[1], lines[2], lines[3], body), Wire::live);
}

std::string field_body() {
  constexpr FieldRule kRules[] = {{"/coupon_use_rule/fixed_normal_coupon/discount_amount",
                                   "优惠金额", FieldType::integer, Need::required, 1, 10'000'000}};
  const auto object =
      parse_object(R"({"coupon_use_rule":{"fixed_normal_coupon":{"discount_amount":0}}})");
  return error_body(*check_fields(kRules, *object, FieldSource::body), Wire::live);
}

// Real messages of rows that favorhook answers with.
const std::map<std::string_view, ErrorId> kRealMessages = {
    {"Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
     ErrorId::authorization_malformed},
    {"签名错误", ErrorId::merchant_unknown},
    {"Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
     ErrorId::timestamp_out_of_window},
    {"Http头缺少Accept或User-Agent", ErrorId::accept_or_user_agent_missing},
    {"发券商户无权限使用此API", ErrorId::api_send_not_allowed},
    {"发券模式不合法", ErrorId::code_mode_illegal},
    {"无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。",
     ErrorId::no_platform_certificate},
};

// Real messages of calls and paths that favorhook does not serve, or of checks that it does not
// make (§9.3).
const std::set<std::string_view> kNotAnswered = {
    "签名信息错误，验签失败",
    "请求参数错误",
    "创建方商户、归属方商户、发放方商户，必须至少填一个",
    "商户无权限操作该券",
    "无权限使用此API",
    "券已被其他订单核销",
    "批次创建处理中,请稍晚进行上传code操作",
    "商户票据校验失败",
    "请求中含有未在API文档中定义的参数",
};

void expect_real_answer(const json::value& real) {
  const std::string body = text(real, "body");
  const auto status = real.at("status").to_number<int>();
  if (body.empty()) {
    const ErrorId id = status == 404 ? ErrorId::path_unknown : ErrorId::method_not_allowed;
    EXPECT_EQ(error_row(id).status, status);
    EXPECT_EQ(error_body({id}, Wire::live), body);
    return;
  }
  const std::string message = text(json::parse(body), "message");
  if (kNotAnswered.contains(message)) return;
  if (message == error_row(ErrorId::signature_wrong).message) {
    EXPECT_EQ(error_row(ErrorId::signature_wrong).status, status);
    EXPECT_EQ(signature_body(real), body);
  } else if (message.starts_with("输入源")) {
    EXPECT_EQ(error_row(ErrorId::parameter_invalid).status, status);
    EXPECT_EQ(field_body(), body);
  } else {
    const auto known = kRealMessages.find(message);
    ASSERT_NE(known, kRealMessages.end()) << message;
    EXPECT_EQ(error_row(known->second).status, status) << message;
    EXPECT_EQ(error_body({known->second}, Wire::live), body);
  }
}

TEST(Vectors, RealErrorBodiesComeOutByteForByte) {
  const json::value bodies = load("real-error-bodies.json");
  ASSERT_EQ(bodies.as_array().size(), 21u);
  for (const json::value& real : bodies.as_array()) expect_real_answer(real);
}

// What the two tables above leave out of the comparison is named, and is all of it in the file.
TEST(Vectors, TwelveRealErrorBodiesAreCompared) {
  int compared = 0;
  std::set<std::string> left_out;
  const json::value bodies = load("real-error-bodies.json");
  for (const json::value& real : bodies.as_array()) {
    const std::string body = text(real, "body");
    const std::string message = body.empty() ? "" : text(json::parse(body), "message");
    if (kNotAnswered.contains(message)) {
      left_out.insert(message);
    } else {
      ++compared;
    }
  }
  EXPECT_EQ(compared, 12);
  EXPECT_EQ(left_out.size(), kNotAnswered.size());
}

}  // namespace
}  // namespace favorhook::apiv3
