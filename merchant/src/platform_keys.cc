#include "favorhook/platform_keys.h"

#include <fmt/format.h>

#include <map>

#include "apiv3/signing_string.h"
#include "crypto/certificates.h"
#include "crypto/sign.h"

namespace favorhook::merchant {
namespace {

// How a deliberately wrong signature of the platform begins (protocol §1.15).
constexpr std::string_view kProbe = "WECHATPAY/SIGNTEST/";

}  // namespace

struct PlatformKeys::Inside {
  std::map<std::string, crypto::PublicKey> by_serial;
};

PlatformKeys::PlatformKeys() : inside_(std::make_unique<Inside>()) {}
PlatformKeys::PlatformKeys(const PlatformKeys& other)
    : inside_(std::make_unique<Inside>(*other.inside_)) {}
PlatformKeys& PlatformKeys::operator=(const PlatformKeys& other) {
  if (this != &other) inside_ = std::make_unique<Inside>(*other.inside_);
  return *this;
}
PlatformKeys::PlatformKeys(PlatformKeys&&) noexcept = default;
PlatformKeys& PlatformKeys::operator=(PlatformKeys&&) noexcept = default;
PlatformKeys::~PlatformKeys() = default;

Outcome<std::string> PlatformKeys::add_certificate(const std::string& pem) {
  auto certificate = crypto::Certificate::from_pem(pem);
  if (!certificate) return Outcome<std::string>::failure(certificate.error().what);
  if (!certificate->public_key.is_rsa()) {
    return Outcome<std::string>::failure("the platform certificate's key is not RSA");
  }
  inside_->by_serial.insert_or_assign(certificate->serial_no, certificate->public_key);
  return certificate->serial_no;
}

Outcome<std::string> PlatformKeys::add_public_key(const std::string& id, const std::string& pem) {
  if (id.empty()) return Outcome<std::string>::failure("the public key's id is empty");
  auto key = crypto::PublicKey::from_pem(pem);
  if (!key) return Outcome<std::string>::failure(key.error().what);
  if (!key->is_rsa()) return Outcome<std::string>::failure("the public key is not RSA");
  inside_->by_serial.insert_or_assign(id, *key);
  return id;
}

std::vector<std::string> PlatformKeys::serials() const {
  std::vector<std::string> serials;
  for (const auto& [serial, key] : inside_->by_serial) serials.push_back(serial);
  return serials;
}

std::string PlatformKeys::verify(const std::string& serial, const std::string& timestamp,
                                 const std::string& nonce, const std::string& body,
                                 const std::string& signature) const {
  const auto found = inside_->by_serial.find(serial);
  if (found == inside_->by_serial.end()) {
    return fmt::format("no platform key with the serial {} is known", serial);
  }
  const std::string text = apiv3::answer_signing_string(timestamp, nonce, body);
  if (crypto::verify_sha256_rsa(found->second, text, signature)) return {};
  if (signature.starts_with(kProbe)) {
    return "the signature is wrong: a probe of the platform, to be refused like any other";
  }
  return "the signature is wrong";
}

}  // namespace favorhook::merchant
