#include "apiv3/errors.h"

#include <algorithm>
#include <array>

#include "apiv3/json.h"
#include "apiv3/signing_string.h"
#include "apiv3/utf8.h"
#include "base/limits.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;
using enum ErrorId;

constexpr std::string_view kMalformedAuthorization =
    "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》";

// In the order of ErrorId. Where no source gives a status, code or message, the row says
// UNCONFIRMED; solutions are worded here, after the documents' 解决方案 where they have one.
constexpr ErrorRow kTable[] = {
    // Unknown path and wrong method: probed, empty bodies (§1.8).
    {path_unknown, 404, "", "", "", "请检查请求路径是否与接口文档一致"},
    {method_not_allowed, 405, "", "", "", "请检查请求方法是否与接口文档一致"},

    // Before authentication. The first is probed (§1.2). A repeated Authorization is 400 from the
    // real front end, in HTML (§1.2); here it has the wire's shape. request_malformed is the new
    // documents' common row (§3.0). The messages for a body that is too large and for a wrong
    // Content-Type are UNCONFIRMED (§9.2).
    {accept_or_user_agent_missing, 400, "INVALID_REQUEST", "", "Http头缺少Accept或User-Agent",
     "请在请求中设置HTTP头Accept（application/json）和User-Agent"},
    {authorization_duplicated, 400, "SIGN_ERROR", "", kMalformedAuthorization,
     "请求中只能有一个HTTP头Authorization，请检查是否重复设置"},
    {request_malformed, 400, "INVALID_REQUEST", "", "HTTP 请求不符合微信支付 APIv3 接口规则",
     "请参阅接口规则，检查请求行、HTTP头和请求体"},
    {body_too_large, 400, "INVALID_REQUEST", "", "请求体过大", "请减小请求体后重试"},
    {content_type_unsupported, 400, "INVALID_REQUEST", "", "Http头Content-Type不正确",
     "请将HTTP头Content-Type设置为application/json"},

    // Authentication (§1.6): probed, or from the documents' signature FAQ.
    {authorization_malformed, 401, "SIGN_ERROR", "", kMalformedAuthorization,
     "请按“认证类型 键=\"值\",…”的格式设置Authorization，值用双引号，逗号前后无空格"},
    {authorization_scheme_unknown, 401, "SIGN_ERROR", "", "Http头Authorization认证类型不正确",
     "请使用认证类型WECHATPAY2-SHA256-RSA2048"},
    {timestamp_out_of_window, 401, "SIGN_ERROR", "",
     "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
     "请校准服务器时间，并在每次请求时使用当前的Unix时间戳（秒）"},
    {merchant_unknown, 401, "SIGN_ERROR", "", "签名错误", "请检查Authorization中的mchid是否正确"},
    {certificate_unknown, 401, "SIGN_ERROR", "",
     "商户证书序列号有误。请使用签名私钥匹配的证书序列号",
     "请检查serial_no是否为该商户号的商户API证书序列号"},
    {merchant_without_certificate, 401, "SIGN_ERROR", "", "商户未申请过证书。",
     "请先为该商户号申请商户API证书"},
    {certificate_expired, 401, "SIGN_ERROR", "", "商户证书已过期。", "请申请新的商户API证书并更换"},
    {certificate_revoked, 401, "SIGN_ERROR", "", "商户证书已作废。", "请改用有效的商户API证书"},
    {signature_wrong, 401, "SIGN_ERROR", "", "错误的签名，验签失败",
     "请对照detail中的签名串检查：签名用的请求体须与发送的逐字节相同，私钥须与证书序列号匹配"},

    // Parameters (§1.7, §3.0). The message for a body that is no JSON object is UNCONFIRMED (§9.2).
    {body_not_json, 400, "PARAM_ERROR", "", "请求体不是合法的JSON对象",
     "请检查请求体是否为UTF-8编码的JSON对象"},
    {parameter_invalid, 400, "PARAM_ERROR", "", "参数错误", "请根据错误提示正确传入参数"},

    // Rights and resources: the common table (§3.0); where live answers spell the code differently,
    // §1.8. api_send_not_allowed is observed (§3.0), no_platform_certificate is from the
    // certificate
    // list's page (§1.10).
    {apiv3_key_missing, 401, "SIGN_ERROR", "", "商户未设置APIv3密钥。", "请先设置APIv3密钥"},
    {mch_not_exists, 400, "MCH_NOT_EXISTS", "", "商户号不存在", "请检查商户号是否正确"},
    {no_auth, 403, "NOAUTH", "NO_AUTH", "无权限", "请检查调用方商户号是否有该操作的权限"},
    {api_send_not_allowed, 403, "NOAUTH", "NO_AUTH", "发券商户无权限使用此API",
     "请为发券商户开通接口发券权限"},
    {resource_not_exists, 404, "RESOURCE_NOT_EXISTS", "", "查询的资源不存在",
     "请检查查询的资源的ID是否正确、是否属于调用方商户号"},
    {no_platform_certificate, 404, "RESOURCE_NOT_EXISTS", "",
     "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。",
     "该商户号使用微信支付公钥，请用公钥验签，无需下载平台证书"},

    // Business (§3.0). The text of request_repeated_differently is that of the real system's error
    // number 268498688 (§1.9), its code UNCONFIRMED; so are the text of coupon_code_already_exists
    // and the status and code of belong_merchant_unrelated.
    {stock_already_exists, 400, "RESOURCE_ALREADY_EXISTS", "", "批次已存在",
     "out_request_no已被使用，请查询已有批次或更换单号"},
    {request_repeated_differently, 400, "INVALID_REQUEST", "", "请求重入时，参数与首次请求时不一致",
     "请使用与首次请求相同的参数重试，或更换请求单号"},
    {coupon_code_already_exists, 400, "RESOURCE_ALREADY_EXISTS", "", "券code已存在",
     "请更换券code后重试"},
    {appid_mchid_not_match, 400, "APPID_MCHID_NOT_MATCH", "", "appid与请求方商户无关联关系",
     "请检查appid是否已与调用方商户号绑定"},
    {user_not_exists, 404, "USER_NOT_EXISTS", "", "openid不正确",
     "请检查openid是否为该appid下的openid"},
    {belong_merchant_unrelated, 400, "INVALID_REQUEST", "", "批次创建方商户与归属方商户无关系",
     "请检查归属商户号是否为调用方商户号或其子商户"},
    {code_mode_illegal, 400, "INVALID_REQUEST", "", "发券模式不合法",
     "请检查批次的券code模式与调用的接口是否匹配"},
    {coupon_not_in_validity, 403, "RULELIMIT", "RULE_LIMIT", "券不在有效期",
     "请在券的有效期内操作"},

    // Limits of a stock: the JSAPI issue call answers with texts like these (§3.13); for
    // coupons/send the statuses, the codes and the texts but user_limit_reached's are UNCONFIRMED.
    {stock_exhausted, 403, "RULELIMIT", "RULE_LIMIT", "批次库存不足",
     "批次的券已发完，请增加批次预算"},
    {user_limit_reached, 403, "RULELIMIT", "RULE_LIMIT", "用户领取张数达到上限",
     "该用户已达到max_coupons_per_user，请勿重复发放"},
    {stock_not_running, 403, "RULELIMIT", "RULE_LIMIT", "批次不在可发放状态",
     "请检查批次的状态和可用时间"},

    // The system itself (§1.8, §3.0). The text of service_unavailable is UNCONFIRMED.
    {frequency_limited, 429, "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED", "频率限制",
     "请降低调用频率，稍后重试"},
    {system_error, 500, "SYSTEM_ERROR", "", "系统失败", "请使用相同参数稍后重试"},
    {service_unavailable, 503, "SERVICE_UNAVAILABLE", "", "服务不可用", "请使用相同参数稍后重试"},
};

constexpr bool is_in_order() {
  std::size_t expected = 0;
  for (const ErrorRow& row : kTable) {
    if (static_cast<std::size_t>(row.id) != expected++) return false;
  }
  return expected == static_cast<std::size_t>(service_unavailable) + 1;
}
static_assert(is_in_order());

std::string_view code_of(const ErrorRow& row, Wire wire) {
  return wire == Wire::live && !row.code_live.empty() ? row.code_live : row.code;
}

}  // namespace

std::span<const ErrorRow> error_table() {
  return kTable;
}

const ErrorRow& error_row(ErrorId id) {
  return kTable[static_cast<std::size_t>(id)];
}

const ErrorRow* find_error_row(std::string_view code, std::string_view message) {
  const auto has_code = [&](const ErrorRow& row) {
    return !code.empty() && (row.code == code || row.code_live == code);
  };
  const auto* const exact = std::ranges::find_if(
      kTable, [&](const ErrorRow& row) { return has_code(row) && row.message == message; });
  if (exact != std::end(kTable)) return exact;
  // Messages of PARAM_ERROR name the field and the rule: all of them are this row's.
  const ErrorRow& parameter = error_row(parameter_invalid);
  return has_code(parameter) ? &parameter : nullptr;
}

std::string error_body(const Refusal& refusal, Wire wire) {
  const ErrorRow& row = error_row(refusal.id);
  if (row.code.empty()) return {};
  std::string body = R"({"code":)";
  append_json_string(body, code_of(row, wire));
  if (!refusal.detail.empty()) body += R"(,"detail":)" + refusal.detail;
  body += R"(,"message":)";
  append_json_string(body,
                     refusal.message.empty() ? row.message : std::string_view(refusal.message));
  body += '}';
  return body;
}

Refusal signature_refusal(std::string_view method, std::string_view target,
                          std::string_view timestamp, std::string_view nonce,
                          std::string_view body) {
  const std::string shown = request_signing_string(
      method, target, timestamp, nonce, first_characters(body, limits::kSignMessageBodyShown));
  const std::size_t full_length =
      request_signing_string(method, target, timestamp, nonce, body).size();
  return {.id = signature_wrong,
          .detail = to_sorted_json(json::object{{"detail", {{"issue", "sign not match"}}},
                                                {"field", "signature"},
                                                {"location", "authorization"},
                                                {"sign_information",
                                                 {{"method", method},
                                                  {"sign_message_length", full_length},
                                                  {"truncated_sign_message", shown},
                                                  {"url", target}}}})};
}

}  // namespace favorhook::apiv3
