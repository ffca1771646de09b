// Issuing: the CA certificate and the three kinds of certificates that it signs.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/http_message.h"
#include "crypto/certificates.h"
#include "crypto/openssl.h"
#include "crypto/random.h"

namespace favorhook::crypto {
namespace {

using std::chrono::days;

// Certificates begin a little before they are issued: a client whose clock is behind takes them
// too.
constexpr auto kBackdated = std::chrono::hours(1);
constexpr auto kAuthorityValidity = days(3652);
constexpr auto kLeafValidity = days(1826);
// Apple's platforms refuse a TLS certificate that is valid for more than 825 days.
constexpr auto kTlsValidity = days(820);
constexpr std::size_t kSerialBytes = 20;
// ub-organization-name of RFC 5280: OpenSSL refuses more characters.
constexpr std::size_t kOrganizationCharactersMax = 64;

struct Extension {
  int nid;
  std::string value;  // in the notation of openssl's configuration files
};

struct Subject {
  std::string organization;
  std::string unit;
  std::string common_name;
};

struct Order {
  Subject subject;
  WallTime not_before;
  WallTime not_after;
  std::vector<Extension> extensions;
};

// The first hex digit is 1 to 7: not 0, since some SDKs print the number without leading zeros, and
// not above 7, since DER would need a 21st byte for the sign.
void set_random_serial(X509* x509) {
  std::array<std::uint8_t, kSerialBytes> bytes;
  SystemRandom random;
  random.fill(bytes);
  bytes[0] = static_cast<std::uint8_t>((1 + random.below(7)) << 4 | (bytes[0] & 0xf));
  const BignumPtr number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  CHECK(number);
  CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) != nullptr);
}

// The first characters of the text, never part of one.
std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_character = (static_cast<std::uint8_t>(text[i]) & 0xc0) != 0x80;
    if (starts_character && ++seen > count) return text.substr(0, i);
  }
  return text;
}

void set_subject(X509* x509, const Subject& subject) {
  X509_NAME* const name = X509_get_subject_name(x509);
  CHECK(add_name(name, "C", "CN"));
  // A merchant's name comes from a person: where it is empty or no UTF-8, the certificate does
  // without it.
  if (!add_name(name, "O", first_characters(subject.organization, kOrganizationCharactersMax))) {
    clear_errors();
  }
  if (!subject.unit.empty()) CHECK(add_name(name, "OU", subject.unit));
  CHECK(add_name(name, "CN", subject.common_name));
}

void add_extension(X509* x509, X509* issuer, const Extension& extension) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  const ExtensionPtr made(
      X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value.c_str()));
  CHECK(made);
  must(X509_add_ext(x509, made.get(), -1));
}

void set_time(ASN1_TIME* field, WallTime time) {
  CHECK(ASN1_TIME_set(field, unix_seconds(time)) != nullptr);
}

// Signs a certificate for the key; without an issuer it is signed by itself.
std::string issue(const Order& order, EVP_PKEY* key, X509* issuer, const PrivateKey& issuer_key) {
  const X509Ptr x509(X509_new());
  CHECK(x509);
  must(X509_set_version(x509.get(), X509_VERSION_3));
  set_random_serial(x509.get());
  set_time(X509_getm_notBefore(x509.get()), order.not_before);
  set_time(X509_getm_notAfter(x509.get()), order.not_after);
  set_subject(x509.get(), order.subject);
  X509* const signer = issuer == nullptr ? x509.get() : issuer;
  must(X509_set_issuer_name(x509.get(), X509_get_subject_name(signer)));
  must(X509_set_pubkey(x509.get(), key));
  for (const Extension& extension : order.extensions) {
    add_extension(x509.get(), signer, extension);
  }
  CHECK(X509_sign(x509.get(), issuer_key.get(), sha256_algorithm()) > 0);
  const BioPtr out = write_bio();
  must(PEM_write_bio_X509(out.get(), x509.get()));
  return text_of(out);
}

std::string name_constraints() {
  std::string value = "critical";
  for (const std::string& host : sandbox_names().dns) value += ",permitted;DNS:" + host;
  value += ",permitted;IP:127.0.0.0/255.0.0.0";
  value += ",permitted;IP:::1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF";
  return value;
}

std::vector<Extension> leaf_extensions(std::string key_usage, std::string extended_key_usage) {
  return {{NID_basic_constraints, "critical,CA:FALSE"},
          {NID_key_usage, std::move(key_usage)},
          {NID_ext_key_usage, std::move(extended_key_usage)},
          {NID_subject_key_identifier, "hash"},
          {NID_authority_key_identifier, "keyid"}};
}

bool is_permitted_host(std::string_view host) {
  return std::ranges::any_of(sandbox_names().dns, [&](const std::string& permitted) {
    return equal_ignoring_case(host, permitted);
  });
}

// 127.0.0.0/8 and ::1, in a form that inet_pton takes, so that nothing else can hide in the text.
bool is_permitted_address(const std::string& address) {
  in_addr v4 = {};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6 = {};
  return inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

// The value of subjectAltName.
Result<std::string> alternative_names(const TlsNames& names) {
  std::string value;
  for (const std::string& host : names.dns) {
    if (!is_permitted_host(host)) {
      return fail("the CA may not certify the host {}: only the WeChat Pay API hosts and localhost",
                  host);
    }
    value += (value.empty() ? "DNS:" : ",DNS:") + host;
  }
  for (const std::string& address : names.ip) {
    if (!is_permitted_address(address)) {
      return fail("the CA may not certify the address {}: only loopback", address);
    }
    value += (value.empty() ? "IP:" : ",IP:") + address;
  }
  if (value.empty()) return fail("a TLS certificate needs a host or an address");
  return value;
}

}  // namespace

const TlsNames& sandbox_names() {
  static const TlsNames names = {{"api.mch.weixin.qq.com", "api2.mch.weixin.qq.com",
                                  "api.wechatpay.cn", "api2.wechatpay.cn", "localhost"},
                                 {"127.0.0.1", "::1"}};
  return names;
}

CertificateAuthority::CertificateAuthority(std::string certificate_pem, PrivateKey key)
    : certificate_pem_(std::move(certificate_pem)), key_(std::move(key)) {}

CertificateAuthority CertificateAuthority::create(WallTime now) {
  PrivateKey key = PrivateKey::generate_rsa2048();
  const Order order = {{"favorhook", "", "favorhook sandbox CA"},
                       now - kBackdated,
                       now + kAuthorityValidity,
                       {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                        {NID_key_usage, "critical,keyCertSign,cRLSign"},
                        {NID_name_constraints, name_constraints()},
                        {NID_subject_key_identifier, "hash"}}};
  std::string pem = issue(order, key.get(), nullptr, key);
  return CertificateAuthority(std::move(pem), std::move(key));
}

Result<CertificateAuthority> CertificateAuthority::from_pem(std::string_view certificate_pem,
                                                            std::string_view key_pem) {
  const X509Ptr x509 = read_certificate(certificate_pem);
  if (!x509) return fail("no CA certificate in PEM form (BEGIN CERTIFICATE)");
  auto key = PrivateKey::from_pem(key_pem);
  if (!key) return fail("the CA's key: {}", key.error().what);
  if (X509_check_private_key(x509.get(), key->get()) != 1) {
    clear_errors();
    return fail("the CA's key does not belong to its certificate");
  }
  if (X509_check_ca(x509.get()) != 1) return fail("the certificate is not that of a CA");
  return CertificateAuthority(std::string(certificate_pem), std::move(*key));
}

std::string CertificateAuthority::issue_merchant(std::string_view mchid, std::string_view name,
                                                 const PublicKey& key, WallTime now) const {
  return issue_merchant(mchid, name, key, now - kBackdated, now + kLeafValidity);
}

std::string CertificateAuthority::issue_merchant(std::string_view mchid, std::string_view name,
                                                 const PublicKey& key, WallTime not_before,
                                                 WallTime not_after) const {
  const Order order = {{std::string(name), "favorhook sandbox merchant", std::string(mchid)},
                       not_before,
                       not_after,
                       leaf_extensions("critical,digitalSignature,keyEncipherment", "clientAuth")};
  return issue(order, key.get(), read_certificate(certificate_pem_).get(), key_);
}

std::string CertificateAuthority::issue_platform(const PublicKey& key, WallTime now) const {
  return issue_platform(key, now - kBackdated, now + kLeafValidity);
}

std::string CertificateAuthority::issue_platform(const PublicKey& key, WallTime not_before,
                                                 WallTime not_after) const {
  // Merchants also encrypt sensitive fields with the platform's key.
  const Order order = {
      {"favorhook", "favorhook sandbox platform", "favorhook platform sign"},
      not_before,
      not_after,
      leaf_extensions("critical,digitalSignature,keyEncipherment,dataEncipherment", "clientAuth")};
  return issue(order, key.get(), read_certificate(certificate_pem_).get(), key_);
}

Result<std::string> CertificateAuthority::issue_tls(const TlsNames& names, const PublicKey& key,
                                                    WallTime now) const {
  const auto alternatives = alternative_names(names);
  if (!alternatives) return fail(alternatives.error());
  // The common name is no host: where a certificate names addresses only, OpenSSL would hold a CN
  // that looks like a host against the CA's DNS constraints.
  Order order = {{"favorhook", "", "favorhook sandbox TLS"},
                 now - kBackdated,
                 now + kTlsValidity,
                 leaf_extensions("critical,digitalSignature,keyEncipherment", "serverAuth")};
  order.extensions.push_back({NID_subject_alt_name, *alternatives});
  return issue(order, key.get(), read_certificate(certificate_pem_).get(), key_);
}

}  // namespace favorhook::crypto
