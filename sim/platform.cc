#include "sim/platform.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "apiv3/authorization.h"
#include "apiv3/notification.h"
#include "apiv3/signing_string.h"
#include "base/check.h"
#include "crypto/certificates.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "sim/virtual_time.h"

namespace favorhook::sim {
namespace {

const std::string kPlatformSerial(40, 'B');
constexpr WallTime kFrom{Millis(kStartMillis)};
constexpr WallTime kFromBefore = kFrom - std::chrono::hours(24);
constexpr WallTime kUntil = kFrom + std::chrono::hours(24 * 365);

// One process' keys. All merchants share one, with certificates of their own.
struct Keys {
  crypto::PrivateKey merchants = crypto::PrivateKey::generate_rsa2048();
  crypto::PrivateKey platform = crypto::PrivateKey::generate_rsa2048();
  crypto::CertificateAuthority authority = crypto::CertificateAuthority::create(kFrom);
  crypto::RsaSigner merchants_signer{merchants};
  std::map<std::string, crypto::Certificate> certificates;

  const crypto::Certificate& certificate_of(const std::string& mchid) {
    const auto found = certificates.find(mchid);
    if (found != certificates.end()) return found->second;
    const auto pem =
        authority.issue_merchant(mchid, mchid, merchants.public_key(), kFromBefore, kUntil);
    return certificates.emplace(mchid, crypto::Certificate::from_pem(pem).value()).first->second;
  }
};

Keys& keys() {
  static Keys made;
  return made;
}

// As cheap as a digest, and as sensitive to each byte as RSA.
class StandInSigner final : public crypto::Signer {
 public:
  std::string sign(std::string_view text) override { return crypto::base64(crypto::sha256(text)); }
};

std::string apiv3_key_of(const std::string& mchid) {
  return crypto::sha256_hex(mchid).substr(0, 32);
}

coupon::Merchant merchant_of(const std::string& mchid, Setup setup) {
  coupon::Merchant merchant;
  merchant.mchid = merchant.name = mchid;
  merchant.number = mchid.substr(4);
  merchant.event_push = setup != Setup::push_off;
  merchant.api_send = true;
  if (setup != Setup::no_apiv3_key) merchant.apiv3_key = apiv3_key_of(mchid);
  merchant.certificates.push_back({keys().certificate_of(mchid)});
  merchant.appids = {kAppid};
  return merchant;
}

}  // namespace

std::string mchid_of(std::size_t merchant) {
  return fmt::format("19{:08}", 1 + merchant);
}

std::optional<std::string> SimUrlPolicy::host_refused(std::string_view url) const {
  return url == kRefusedUrl ? std::optional<std::string>("refused") : std::nullopt;
}

Platform::Platform(const Workload& workload) : real_signatures_(workload.real_signatures) {
  std::vector<coupon::Merchant> merchants;
  merchants.reserve(workload.merchants.size());
  for (std::size_t i = 0; i < workload.merchants.size(); ++i) {
    merchants.push_back(merchant_of(mchid_of(i), workload.merchants[i].setup));
  }
  const coupon::PlatformKey key{
      kPlatformSerial, coupon::SigningMode::certificate, "", keys().platform, kFromBefore, kUntil};
  directory_ = std::make_unique<coupon::DirectoryHolder>(std::make_shared<coupon::Directory>(
      std::move(merchants), std::vector{key}, std::map<std::string, std::string, std::less<>>{}));
}

coupon::SignerFactory Platform::signers() const {
  if (real_signatures_) return coupon::make_rsa_signer;
  return [](const coupon::PlatformKey&) { return std::make_unique<StandInSigner>(); };
}

HttpRequest Platform::signed_request(const std::string& mchid, std::string method,
                                     std::string target, std::string body, WallTime now) const {
  apiv3::Authorization authorization;
  authorization.mchid = mchid;
  authorization.nonce_str = "593BEC0C930BF1AFEB40B4A08C8FB242";
  authorization.timestamp = std::to_string(unix_seconds(now));
  authorization.serial_no = keys().certificate_of(mchid).serial_no;
  authorization.signature = keys().merchants_signer.sign(apiv3::request_signing_string(
      method, target, authorization.timestamp, authorization.nonce_str, body));
  HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  request.headers = {{"Accept", "application/json"},
                     {"User-Agent", "favorhook-sim"},
                     {"Content-Type", "application/json"},
                     {"Authorization", apiv3::format_authorization(authorization)}};
  return request;
}

void Platform::open(const PostOrder& order, SeenPost& seen) const {
  const auto signature = apiv3::read_signature_headers(order.headers);
  if (!signature) {
    seen.fault = signature.error().what;
    return;
  }
  seen.nonce = signature->nonce;
  const std::string text =
      apiv3::answer_signing_string(signature->timestamp, signature->nonce, order.body);
  const bool verified = real_signatures_ ? crypto::verify_sha256_rsa(keys().platform.public_key(),
                                                                     text, signature->signature)
                                         : StandInSigner().sign(text) == signature->signature;
  if (!verified) seen.fault = "the signature does not verify";
  const auto opened = apiv3::open_notification(order.body, apiv3_key_of(seen.receiver));
  if (!opened) {
    seen.fault = opened.error().what;
    return;
  }
  seen.event_id = opened->id;
  const auto plaintext = boost::json::parse(opened->plaintext).as_object();
  seen.coupon_code = plaintext.at("coupon_code").as_string();
}

}  // namespace favorhook::sim
