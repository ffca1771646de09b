// The platform's side for this folder's tests: a CA, a platform certificate and what they sign.
//
//   const TestPlatform& platform = TestPlatform::instance();
//   Pairs headers = platform.sign(body, now);
//
// Thread safety: immutable once made, but for the signer, which one test uses at a time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apiv3/signing_string.h"
#include "base/clocks.h"
#include "crypto/certificates.h"
#include "crypto/sign.h"
#include "favorhook/client.h"
#include "favorhook/platform_keys.h"

namespace favorhook::merchant {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct TestPlatform {
  // Made once: generating RSA keys takes a good part of a second.
  static TestPlatform& instance() {
    static TestPlatform platform;
    return platform;
  }

  std::string now() const { return std::to_string(unix_seconds(SystemClocks().wall())); }

  Pairs sign(const std::string& body, const std::string& timestamp, const std::string& serial) {
    const std::string nonce = "593bec0c930bf1afeb40b4a08c8fb242";
    const std::string signature = signer.sign(apiv3::answer_signing_string(timestamp, nonce, body));
    return {{"Wechatpay-Timestamp", timestamp},
            {"Wechatpay-Nonce", nonce},
            {"Wechatpay-Signature", signature},
            {"Wechatpay-Serial", serial},
            {"Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048"}};
  }
  Pairs sign(const std::string& body) { return sign(body, now(), certificate.serial_no); }

  PlatformKeys keys() const {
    PlatformKeys made;
    made.add_certificate(certificate.pem);
    made.add_public_key("PUB_KEY_ID_0000000000000024101100397200000006", key.public_key().to_pem());
    return made;
  }

  Credentials merchant_credentials() const {
    return credentials_from_pem(merchant_certificate_pem, merchant_key.to_pem()).value();
  }

  crypto::CertificateAuthority authority =
      crypto::CertificateAuthority::create(SystemClocks().wall());
  crypto::PrivateKey key = crypto::PrivateKey::generate_rsa2048();
  crypto::Certificate certificate = *crypto::Certificate::from_pem(
      authority.issue_platform(key.public_key(), SystemClocks().wall()));
  crypto::RsaSigner signer{key};
  crypto::PrivateKey merchant_key = crypto::PrivateKey::generate_rsa2048();
  std::string merchant_certificate_pem = authority.issue_merchant(
      "1900000001", "测试商户", merchant_key.public_key(), SystemClocks().wall());
};

inline TestPlatform& platform() {
  return TestPlatform::instance();
}

}  // namespace favorhook::merchant
