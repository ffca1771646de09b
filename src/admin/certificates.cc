// What clients need of favorhook's own keys: the platform's public halves, and TLS certificates of
// its CA.
#include <boost/json/array.hpp>

#include "admin/call.h"
#include "admin/fields.h"
#include "base/time_text.h"

namespace favorhook::admin {

void list_platform_keys(Call call) {
  const auto directory = call.deps->directory.get();
  boost::json::array certificates;
  boost::json::value public_key;
  const coupon::PlatformKey* newest =
      directory->platform_key_for(coupon::SigningMode::public_key, call.deps->clocks.wall());
  if (newest != nullptr) {
    public_key = {{"id", newest->serial}, {"pem", newest->key.public_key().to_pem()}};
  }
  for (const coupon::PlatformKey& key : directory->platform_keys()) {
    if (key.mode != coupon::SigningMode::certificate) continue;
    certificates.push_back({{"serial_no", key.serial},
                            {"certificate_pem", key.certificate_pem},
                            {"effective_time", to_rfc3339(key.not_before)},
                            {"expire_time", to_rfc3339(key.not_after)}});
  }
  call.respond(json_answer(200, {{"certificates", std::move(certificates)},
                                 {"public_key", std::move(public_key)},
                                 {"ca_pem", call.deps->authority.certificate_pem()}}));
}

void issue_tls_certificate(Call call) {
  auto body = read_body(call.request);
  if (!body) return call.respond(error_answer(400, body.error().what));
  Fields fields(std::move(*body));
  const std::string key_pem = fields.text("public_key_pem", kPem);
  const crypto::TlsNames names = {fields.texts("dns", kHost), fields.texts("ip", kHost)};
  if (auto finished = fields.finish(); !finished) {
    return call.respond(error_answer(400, finished.error().what));
  }
  const auto key = crypto::PublicKey::from_pem(key_pem);
  if (!key) return call.respond(error_answer(400, "public_key_pem: " + key.error().what));
  const crypto::CertificateAuthority& authority = call.deps->authority;
  const auto certificate = authority.issue_tls(names, *key, call.deps->clocks.wall());
  if (!certificate) return call.respond(error_answer(400, certificate.error().what));
  call.respond(json_answer(
      201, {{"certificate_pem", *certificate}, {"ca_pem", authority.certificate_pem()}}));
}

}  // namespace favorhook::admin
