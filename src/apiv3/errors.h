// The one table of errors: what goes out on the wire for each reason to refuse, and what to do
// about it.
//
//   return refuse(ErrorId::mch_not_exists);
//   const ErrorRow& row = error_row(id);
//   std::string body = error_body(refusal, Wire::documented);
//
// Every status, code and message is in errors.cc with its source (protocol §1.6–1.8, §3.0);
// handlers invent none. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace favorhook::apiv3 {

enum class ErrorId {
  path_unknown,        // 404, empty body
  method_not_allowed,  // 405, empty body
  accept_or_user_agent_missing,
  authorization_duplicated,  // 400
  request_malformed,         // 400, no HTTP that could be understood
  body_too_large,            // 400 in the wire's shape (status 413 is not in the documents)
  content_type_unsupported,
  authorization_malformed,
  authorization_scheme_unknown,
  timestamp_out_of_window,
  merchant_unknown,     // no such mchid: 签名错误, without detail
  certificate_unknown,  // serial not of this merchant
  merchant_without_certificate,
  certificate_expired,
  certificate_revoked,
  signature_wrong,
  body_not_json,
  parameter_invalid,  // PARAM_ERROR whose message and detail come with the refusal
  apiv3_key_missing,
  mch_not_exists,
  no_auth,               // 无权限
  api_send_not_allowed,  // 发券商户无权限使用此API
  resource_not_exists,
  no_platform_certificate,       // §1.10, public-key merchants
  stock_already_exists,          // out_request_no reused with other parameters
  request_repeated_differently,  // another call's request number with other parameters
  coupon_code_already_exists,
  appid_mchid_not_match,
  user_not_exists,
  belong_merchant_unrelated,  // 批次创建方商户与归属方商户无关系
  code_mode_illegal,          // 发券模式不合法
  coupon_not_in_validity,     // RULELIMIT 券不在有效期
  stock_exhausted,
  user_limit_reached,
  stock_not_running,
  frequency_limited,
  system_error,
  service_unavailable,
};

// Which of the two spellings goes out where documents and live system differ.
enum class Wire { documented, live };

struct ErrorRow {
  ErrorId id;
  int status;
  std::string_view code;       // as documented; empty: no body
  std::string_view code_live;  // empty: the same
  std::string_view message;
  std::string_view solution;  // the documents' 解决方案, for the CLI and the docs
};

std::span<const ErrorRow> error_table();
const ErrorRow& error_row(ErrorId id);
// The row whose documented or live code and message these are, for the CLI to show what to do;
// parameter_invalid for every other PARAM_ERROR, whose messages name fields; null where there is
// none.
const ErrorRow* find_error_row(std::string_view code, std::string_view message);

struct Refusal {
  ErrorId id;
  std::string message = {};  // empty: the row's
  std::string detail = {};   // compact JSON, its members sorted; empty: none
};

inline tl::unexpected<Refusal> refuse(ErrorId id) {
  return tl::unexpected<Refusal>(Refusal{id});
}
inline tl::unexpected<Refusal> refuse(Refusal refusal) {
  return tl::unexpected<Refusal>(std::move(refusal));
}

// Compact JSON with alphabetical keys and raw UTF-8; empty for 404 and 405 of unknown paths and
// methods.
std::string error_body(const Refusal& refusal, Wire wire);

// SIGN_ERROR's detail for a signature that does not match (protocol §1.6).
Refusal signature_refusal(std::string_view method, std::string_view target,
                          std::string_view timestamp, std::string_view nonce,
                          std::string_view body);

}  // namespace favorhook::apiv3
