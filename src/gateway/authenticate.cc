#include "gateway/authenticate.h"

#include "apiv3/authorization.h"
#include "apiv3/signing_string.h"
#include "base/limits.h"
#include "crypto/sign.h"

namespace favorhook::gateway {
namespace {

using apiv3::Authorization;
using apiv3::ErrorId;
using apiv3::Refusal;
using apiv3::refuse;

bool filled(const Headers& headers, std::string_view name) {
  const auto value = find_header(headers, name);
  return value && value->find_first_not_of(" \t") != std::string_view::npos;
}

Result<Authorization, Refusal> read_authorization(const Headers& headers) {
  const std::size_t count = count_headers(headers, "Authorization");
  if (count == 0) return refuse(ErrorId::authorization_malformed);
  if (count > 1) return refuse(ErrorId::authorization_duplicated);
  return apiv3::parse_authorization(*find_header(headers, "Authorization"));
}

bool in_window(std::int64_t timestamp, WallTime now) {
  const std::int64_t seconds = unix_seconds(now);
  const std::int64_t skew = limits::kTimestampSkew.count();
  return timestamp >= seconds - skew && timestamp <= seconds + skew;
}

// A serial that is another merchant's is unknown here: only the named merchant's own are searched.
Result<const crypto::Certificate*, Refusal> find_certificate(const coupon::Merchant* merchant,
                                                             std::string_view serial_no,
                                                             WallTime now) {
  if (merchant == nullptr) return refuse(ErrorId::merchant_unknown);
  if (merchant->certificates.empty()) return refuse(ErrorId::merchant_without_certificate);
  for (const coupon::MerchantCertificate& candidate : merchant->certificates) {
    const crypto::Certificate& certificate = candidate.certificate;
    if (!equal_ignoring_case(certificate.serial_no, serial_no)) continue;
    if (candidate.revoked) return refuse(ErrorId::certificate_revoked);
    if (now > certificate.not_after) return refuse(ErrorId::certificate_expired);
    if (now < certificate.not_before) return refuse(ErrorId::certificate_unknown);
    return &certificate;
  }
  return refuse(ErrorId::certificate_unknown);
}

}  // namespace

std::optional<Refusal> client_headers_fault(const Headers& headers) {
  if (filled(headers, "Accept") && filled(headers, "User-Agent")) return std::nullopt;
  return Refusal{ErrorId::accept_or_user_agent_missing};
}

Result<Caller, Refusal> authenticate(const HttpRequest& request, const coupon::Directory& directory,
                                     WallTime now) {
  const auto authorization = read_authorization(request.headers);
  if (!authorization) return refuse(authorization.error());
  if (!in_window(authorization->unix_seconds, now)) {
    return refuse(ErrorId::timestamp_out_of_window);
  }
  const coupon::Merchant* merchant = directory.find(authorization->mchid);
  const auto certificate = find_certificate(merchant, authorization->serial_no, now);
  if (!certificate) return refuse(certificate.error());

  const std::string signed_text =
      apiv3::request_signing_string(request.method, request.target, authorization->timestamp,
                                    authorization->nonce_str, request.body);
  if (!crypto::verify_sha256_rsa((*certificate)->public_key, signed_text,
                                 authorization->signature)) {
    return refuse(apiv3::signature_refusal(request.method, request.target, authorization->timestamp,
                                           authorization->nonce_str, request.body));
  }
  return Caller{merchant};
}

}  // namespace favorhook::gateway
