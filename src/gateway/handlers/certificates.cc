// GET /v3/certificates: the platform certificates in force, sealed with the merchant's APIv3 key
// (protocol §1.10).
#include "apiv3/json.h"
#include "base/time_text.h"
#include "crypto/aead.h"
#include "gateway/handlers/fields_certificates.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {
namespace {

using apiv3::ErrorId;
using apiv3::refuse;
using boost::json::object;

constexpr std::string_view kAssociatedData = "certificate";

Result<object> sealed_certificate(const coupon::PlatformKey& key, std::string_view apiv3_key,
                                  Random& random) {
  const std::string nonce = random.text(crypto::kAeadNonceBytes, kLowerHex);
  auto ciphertext = crypto::aead_seal(apiv3_key, nonce, kAssociatedData, key.certificate_pem);
  if (!ciphertext) return fail(std::move(ciphertext.error()));
  return object{{"effective_time", to_rfc3339(key.not_before)},
                {"encrypt_certificate", object{{"algorithm", "AEAD_AES_256_GCM"},
                                               {"associated_data", kAssociatedData},
                                               {"ciphertext", std::move(*ciphertext)},
                                               {"nonce", nonce}}},
                {"expire_time", to_rfc3339(key.not_after)},
                {"serial_no", key.serial}};
}

}  // namespace

Body get_certificates(const Call& call, const Services& services) {
  const auto query = read_query(call.request.target, kCertificatesRules);
  if (!query) return refuse(query.error());
  if (text_at(*query, kAlgorithmType.path) == "SM2") {
    return refuse(ErrorId::no_platform_certificate);
  }
  if (call.caller.mode == coupon::SigningMode::public_key) {
    return refuse(ErrorId::no_platform_certificate);
  }
  if (call.caller.apiv3_key.empty()) return refuse(ErrorId::apiv3_key_missing);

  const WallTime now = services.clocks.wall();
  boost::json::array data;
  for (const coupon::PlatformKey& key : call.directory.platform_keys()) {
    if (key.mode != coupon::SigningMode::certificate || !key.valid_at(now)) continue;
    auto sealed = sealed_certificate(key, call.caller.apiv3_key, services.random);
    // A key of another size than 32 bytes seals nothing: the same as none.
    if (!sealed) return refuse(ErrorId::apiv3_key_missing);
    data.push_back(std::move(*sealed));
  }
  if (data.empty()) return refuse(ErrorId::no_platform_certificate);
  return apiv3::to_sorted_json(object{{"data", std::move(data)}});
}

}  // namespace favorhook::gateway
