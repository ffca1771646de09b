#include "apiv3/errors.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>
#include <set>

#include "apiv3/json.h"
#include "apiv3/signing_string.h"

namespace favorhook::apiv3 {
namespace {

TEST(ErrorTable, EveryRowIsComplete) {
  for (const ErrorRow& row : error_table()) {
    const int id = int(row.id);
    EXPECT_EQ(&error_row(row.id), &row) << id;
    EXPECT_FALSE(row.solution.empty()) << id;
    EXPECT_EQ(row.code.empty(), row.message.empty()) << id;
    EXPECT_TRUE(row.status >= 400 && row.status <= 503) << id;
  }
}

// SYSTEM_ERROR is 400 or 500 and SIGN_ERROR 400 (repeated header) or 401; every other code has one
// status (§1.8).
TEST(ErrorTable, ACodeHasOneStatus) {
  std::map<std::string_view, std::set<int>> statuses;
  for (const ErrorRow& row : error_table()) statuses[row.code].insert(row.status);
  for (const auto& [code, seen] : statuses) {
    const std::size_t expected = code.empty() || code == "SIGN_ERROR" ? 2 : 1;
    EXPECT_EQ(seen.size(), expected) << code;
  }
}

TEST(ErrorTable, FindsWhatToDoByCodeAndMessage) {
  EXPECT_EQ(find_error_row("MCH_NOT_EXISTS", "商户号不存在")->id, ErrorId::mch_not_exists);
  EXPECT_EQ(find_error_row("NOAUTH", "无权限")->id, ErrorId::no_auth);
  EXPECT_EQ(find_error_row("NO_AUTH", "无权限")->id, ErrorId::no_auth);
  EXPECT_EQ(find_error_row("RATELIMIT_EXCEEDED", "频率限制")->id, ErrorId::frequency_limited);
  EXPECT_EQ(find_error_row("PARAM_ERROR", "输入源“/body/x”…")->id, ErrorId::parameter_invalid);
  EXPECT_EQ(find_error_row("PARAM_ERROR", "请求体不是合法的JSON对象")->id, ErrorId::body_not_json);
  EXPECT_EQ(find_error_row("MCH_NOT_EXISTS", "another text"), nullptr);
  EXPECT_EQ(find_error_row("NO_SUCH_CODE", "无权限"), nullptr);
  EXPECT_EQ(find_error_row("", ""), nullptr);
}

TEST(ErrorBody, SpellsAsDocumentedOrLive) {
  const std::tuple<ErrorId, const char*, const char*> cases[] = {
      {ErrorId::no_auth, R"({"code":"NOAUTH","message":"无权限"})",
       R"({"code":"NO_AUTH","message":"无权限"})"},
      {ErrorId::frequency_limited, R"({"code":"FREQUENCY_LIMITED","message":"频率限制"})",
       R"({"code":"RATELIMIT_EXCEEDED","message":"频率限制"})"},
      {ErrorId::coupon_not_in_validity, R"({"code":"RULELIMIT","message":"券不在有效期"})",
       R"({"code":"RULE_LIMIT","message":"券不在有效期"})"},
      {ErrorId::mch_not_exists, R"({"code":"MCH_NOT_EXISTS","message":"商户号不存在"})",
       R"({"code":"MCH_NOT_EXISTS","message":"商户号不存在"})"},
      {ErrorId::path_unknown, "", ""},
      {ErrorId::method_not_allowed, "", ""}};
  for (const auto& [id, documented, live] : cases) {
    EXPECT_EQ(error_body({id}, Wire::documented), documented);
    EXPECT_EQ(error_body({id}, Wire::live), live);
  }
}

TEST(ErrorBody, TakesTheRefusalsOwnMessageAndDetail) {
  const Refusal refusal = {.id = ErrorId::parameter_invalid,
                           .message = "own",
                           .detail = R"({"location":"body","value":1})"};
  EXPECT_EQ(error_body(refusal, Wire::documented),
            R"({"code":"PARAM_ERROR","detail":{"location":"body","value":1},"message":"own"})");
}

// The rows of the busifavor pages' common error table (§3.0) that this table covers, as documented.
TEST(ErrorBody, DocumentedRows) {
  const std::tuple<ErrorId, int, const char*, const char*> rows[] = {
      {ErrorId::parameter_invalid, 400, "PARAM_ERROR", "参数错误"},
      {ErrorId::stock_already_exists, 400, "RESOURCE_ALREADY_EXISTS", "批次已存在"},
      {ErrorId::resource_not_exists, 404, "RESOURCE_NOT_EXISTS", "查询的资源不存在"},
      {ErrorId::no_auth, 403, "NOAUTH", "无权限"},
      {ErrorId::appid_mchid_not_match, 400, "APPID_MCHID_NOT_MATCH", "appid与请求方商户无关联关系"},
      {ErrorId::mch_not_exists, 400, "MCH_NOT_EXISTS", "商户号不存在"},
      {ErrorId::user_not_exists, 404, "USER_NOT_EXISTS", "openid不正确"},
      {ErrorId::system_error, 500, "SYSTEM_ERROR", "系统失败"},
      {ErrorId::frequency_limited, 429, "FREQUENCY_LIMITED", "频率限制"},
      {ErrorId::coupon_not_in_validity, 403, "RULELIMIT", "券不在有效期"},
      {ErrorId::code_mode_illegal, 400, "INVALID_REQUEST", "发券模式不合法"}};
  for (const auto& [id, status, code, message] : rows) {
    const ErrorRow& row = error_row(id);
    EXPECT_EQ(row.status, status) << message;
    EXPECT_EQ(row.code, code) << message;
    EXPECT_EQ(row.message, message);
  }
}

std::string shown(std::string_view body) {
  const Refusal refusal = signature_refusal("POST", "/v3/x", "1", "n", body);
  return std::string(boost::json::parse(refusal.detail)
                         .at("sign_information")
                         .at("truncated_sign_message")
                         .as_string());
}

TEST(SignatureRefusal, CutsTheBodyByCharacters) {
  EXPECT_EQ(shown(""), "POST\n/v3/x\n1\nn\n\n");
  EXPECT_EQ(shown("12345678"), "POST\n/v3/x\n1\nn\n12345678\n");
  EXPECT_EQ(shown("123456789"), "POST\n/v3/x\n1\nn\n12345678\n");
  EXPECT_EQ(shown("一二三四五六七八九"), "POST\n/v3/x\n1\nn\n一二三四五六七八\n");
  EXPECT_EQ(shown(std::string(60'000, '\x80')).size(), 16u + 8 * 3)
      << "bytes that are no UTF-8 are cut too, and shown as U+FFFD";
}

TEST(SignatureRefusal, CountsTheWholeSigningStringInBytes) {
  const std::string body = "一二三四五六七八九十";
  const Refusal refusal = signature_refusal("POST", "/v3/x?a=%20", "1588831998", "nonce", body);
  EXPECT_EQ(boost::json::parse(refusal.detail)
                .at("sign_information")
                .at("sign_message_length")
                .to_number<std::size_t>(),
            request_signing_string("POST", "/v3/x?a=%20", "1588831998", "nonce", body).size());
}

TEST(SignatureRefusal, IsValidJsonForAnyBytes) {
  const Refusal refusal = signature_refusal("PO\xffST", "/v3/\xff", "\x80", "\xc3", "\xfe\xff{}");
  EXPECT_TRUE(parse_object(error_body(refusal, Wire::documented)));
}

}  // namespace
}  // namespace favorhook::apiv3
