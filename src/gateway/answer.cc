#include "gateway/answer.h"

#include "apiv3/notification.h"
#include "apiv3/signing_string.h"
#include "base/ids.h"

namespace favorhook::gateway {
namespace {

using apiv3::ErrorId;
using apiv3::Refusal;
using apiv3::refuse;

// The number behind the dash of a Request-ID, as far as real ones are known (protocol §1.9).
std::string_view error_number(int status, ErrorId id) {
  if (status == 401) return "269546525";  // signature
  if (status == 429) return "268447840";  // too fast
  if (id == ErrorId::parameter_invalid) return "268435461";
  return "268578704";  // seen on errors of other kinds
}

// In the order of a real answer (protocol §1.9); net/ adds those of the connection.
HttpAnswer bare_answer(int status, std::string body, std::string_view number, WallTime now,
                       Random& random) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers.reserve(10);
  if (!body.empty()) {
    answer.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
  }
  answer.headers.push_back({"Cache-Control", "no-cache, must-revalidate"});
  answer.headers.push_back({"X-Content-Type-Options", "nosniff"});
  answer.headers.push_back({"Request-ID", request_id(now, random, number)});
  answer.headers.push_back({"Content-Language", "zh-CN"});
  answer.body = std::move(body);
  return answer;
}

}  // namespace

HttpAnswer success_answer(std::string body, WallTime now, Random& random) {
  const int status = body.empty() ? 204 : 200;
  return bare_answer(status, std::move(body), "0", now, random);
}

HttpAnswer refusal_answer(const Refusal& refusal, apiv3::Wire wire, WallTime now, Random& random) {
  const int status = apiv3::error_row(refusal.id).status;
  return bare_answer(status, apiv3::error_body(refusal, wire), error_number(status, refusal.id),
                     now, random);
}

Result<const coupon::PlatformKey*, Refusal> named_key(const coupon::Directory& directory,
                                                      const Headers& headers, WallTime now) {
  const auto serial = find_header(headers, "Wechatpay-Serial");
  // The Java SDK sends an empty one with the certificate download.
  if (!serial || serial->empty()) return nullptr;
  const coupon::PlatformKey* key = directory.find_platform_key(*serial);
  if (key == nullptr || !key->valid_at(now)) {
    return refuse(
        Refusal{ErrorId::parameter_invalid, "平台证书序列号Wechatpay-Serial错误"});  // §1.2
  }
  return key;
}

void sign_answer(HttpAnswer& answer, const coupon::PlatformKey& key, crypto::Signer& signer,
                 WallTime now, Random& random) {
  apiv3::SignatureHeaders values;
  values.timestamp = std::to_string(unix_seconds(now));
  values.nonce = wechatpay_nonce(random);
  values.signature =
      signer.sign(apiv3::answer_signing_string(values.timestamp, values.nonce, answer.body));
  values.serial = key.serial;
  apiv3::append_signature_headers(answer.headers, values);
}

}  // namespace favorhook::gateway
