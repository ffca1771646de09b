#include "crypto/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <set>

#include "crypto/openssl.h"
#include "crypto/test_passphrase.h"

namespace favorhook::crypto {
namespace {

using std::chrono::days;
using testing::HasSubstr;
using testing::MatchesRegex;

const WallTime kNow = from_unix_millis<WallTime>(1'700'000'000'000);

struct Fixture {
  CertificateAuthority ca = CertificateAuthority::create(kNow);
  PrivateKey key = PrivateKey::generate_rsa2048();
};
const Fixture& fixture() {
  static const Fixture one;
  return one;
}

X509Ptr read(std::string_view pem) {
  X509Ptr x509(PEM_read_bio_X509(read_bio(pem).get(), nullptr, nullptr, nullptr));
  CHECK(x509);
  return x509;
}

struct Peer {
  const char* host = nullptr;
  const char* address = nullptr;
};

// What `openssl verify -CAfile ca.pem -attime … -purpose …` says, X509_V_OK included.
int verify(const std::string& pem, int purpose, WallTime at, Peer peer = {}) {
  using StorePtr = std::unique_ptr<X509_STORE, Freeing<X509_STORE_free>>;
  using ContextPtr = std::unique_ptr<X509_STORE_CTX, Freeing<X509_STORE_CTX_free>>;
  const StorePtr store(X509_STORE_new());
  const X509Ptr root = read(fixture().ca.certificate_pem());
  must(X509_STORE_add_cert(store.get(), root.get()));
  const ContextPtr context(X509_STORE_CTX_new());
  const X509Ptr leaf = read(pem);
  must(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr));
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  must(X509_VERIFY_PARAM_set_purpose(parameters, purpose));
  must(X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT));
  X509_VERIFY_PARAM_set_time(parameters, unix_seconds(at));
  if (peer.host != nullptr) must(X509_VERIFY_PARAM_set1_host(parameters, peer.host, 0));
  if (peer.address != nullptr) must(X509_VERIFY_PARAM_set1_ip_asc(parameters, peer.address));
  X509_verify_cert(context.get());
  clear_errors();
  return X509_STORE_CTX_get_error(context.get());
}

std::string printed(const std::string& pem) {
  const BioPtr out = write_bio();
  X509_print_ex(out.get(), read(pem).get(), XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB, 0);
  return text_of(out);
}

TEST(TlsCertificate, VerifiesForEverySandboxName) {
  const auto pem = fixture().ca.issue_tls(sandbox_names(), fixture().key.public_key(), kNow);
  ASSERT_TRUE(pem);
  for (const char* host : {"localhost", "api.mch.weixin.qq.com", "api2.mch.weixin.qq.com",
                           "api.wechatpay.cn", "api2.wechatpay.cn"}) {
    EXPECT_EQ(verify(*pem, X509_PURPOSE_SSL_SERVER, kNow, {.host = host}), X509_V_OK) << host;
  }
  for (const char* address : {"127.0.0.1", "::1"}) {
    EXPECT_EQ(verify(*pem, X509_PURPOSE_SSL_SERVER, kNow, {.address = address}), X509_V_OK)
        << address;
  }
  EXPECT_EQ(verify(*pem, X509_PURPOSE_SSL_SERVER, kNow, {.host = "example.com"}),
            X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verify(*pem, X509_PURPOSE_SSL_SERVER, kNow, {.address = "127.0.0.2"}),
            X509_V_ERR_IP_ADDRESS_MISMATCH);
  EXPECT_EQ(verify(*pem, X509_PURPOSE_SSL_CLIENT, kNow), X509_V_ERR_INVALID_PURPOSE);
}

TEST(TlsCertificate, OfAnAddressAloneVerifies) {
  const auto pem =
      fixture().ca.issue_tls({.dns = {}, .ip = {"127.8.9.10"}}, fixture().key.public_key(), kNow);
  ASSERT_TRUE(pem);
  EXPECT_EQ(verify(*pem, X509_PURPOSE_SSL_SERVER, kNow, {.address = "127.8.9.10"}), X509_V_OK);
}

TEST(TlsCertificate, WorksWithAnEllipticCurveKey) {
  const auto pem = fixture().ca.issue_tls({.dns = {"localhost"}, .ip = {}},
                                          PrivateKey::generate_p256().public_key(), kNow);
  ASSERT_TRUE(pem);
  EXPECT_EQ(verify(*pem, X509_PURPOSE_SSL_SERVER, kNow, {.host = "localhost"}), X509_V_OK);
}

TEST(TlsCertificate, IsRefusedForEverythingElse) {
  const auto refuses = [](TlsNames names) {
    return !fixture().ca.issue_tls(names, fixture().key.public_key(), kNow);
  };
  EXPECT_TRUE(refuses({}));
  for (const char* host : {"example.com", "*", "*.wechatpay.cn", "a.localhost", "wechatpay.cn", "",
                           "localhost,DNS:example.com", "api.mch.weixin.qq.com.example.com"}) {
    EXPECT_TRUE(refuses({.dns = {host}, .ip = {}})) << host;
  }
  for (const char* address : {"10.0.0.1", "128.0.0.1", "::2", "127.0.0.1,DNS:example.com", "",
                              "::ffff:127.0.0.1", "127.1", "localhost"}) {
    EXPECT_TRUE(refuses({.dns = {}, .ip = {address}})) << address;
  }
  EXPECT_TRUE(refuses({.dns = {"localhost", "example.com"}, .ip = {}}));
}

// Someone who steals the CA's key and goes round issue_tls is stopped by the verifier.
int verify_forged(const std::string& alternative_name) {
  const X509Ptr x509 =
      read(*fixture().ca.issue_tls(sandbox_names(), fixture().key.public_key(), kNow));
  const int index = X509_get_ext_by_NID(x509.get(), NID_subject_alt_name, -1);
  X509_EXTENSION_free(X509_delete_ext(x509.get(), index));
  const ExtensionPtr forged(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name.c_str()));
  must(X509_add_ext(x509.get(), forged.get(), -1));
  const PrivateKey key = *PrivateKey::from_pem(fixture().ca.key_pem());
  CHECK(X509_sign(x509.get(), key.get(), sha256_algorithm()) > 0);
  const BioPtr out = write_bio();
  must(PEM_write_bio_X509(out.get(), x509.get()));
  return verify(text_of(out), X509_PURPOSE_SSL_SERVER, kNow);
}

TEST(NameConstraints, HoldAtTheVerifier) {
  EXPECT_EQ(verify_forged("DNS:localhost"), X509_V_OK);
  EXPECT_EQ(verify_forged("DNS:example.com"), X509_V_ERR_PERMITTED_VIOLATION);
  EXPECT_EQ(verify_forged("DNS:pay.weixin.qq.com"), X509_V_ERR_PERMITTED_VIOLATION);
  EXPECT_EQ(verify_forged("IP:127.200.0.1"), X509_V_OK);
  EXPECT_EQ(verify_forged("IP:8.8.8.8"), X509_V_ERR_PERMITTED_VIOLATION);
  EXPECT_EQ(verify_forged("IP:fe80::1"), X509_V_ERR_PERMITTED_VIOLATION);
}

TEST(Authority, CertificateCarriesCriticalConstraints) {
  const std::string text = printed(fixture().ca.certificate_pem());
  EXPECT_THAT(text, HasSubstr("CN=favorhook sandbox CA"));
  EXPECT_THAT(text, HasSubstr("X509v3 Basic Constraints: critical"));
  EXPECT_THAT(text, HasSubstr("X509v3 Key Usage: critical"));
  EXPECT_THAT(text, HasSubstr("X509v3 Name Constraints: critical"));
  const auto certificate = Certificate::from_pem(fixture().ca.certificate_pem());
  EXPECT_EQ(certificate->not_before, kNow - std::chrono::hours(1));
  EXPECT_EQ(certificate->not_after, kNow + days(3652));
}

TEST(Authority, ComesBackFromPem) {
  const auto ca =
      CertificateAuthority::from_pem(fixture().ca.certificate_pem(), fixture().ca.key_pem());
  ASSERT_TRUE(ca);
  EXPECT_EQ(verify(ca->issue_merchant("1900000001", "x", fixture().key.public_key(), kNow),
                   X509_PURPOSE_SSL_CLIENT, kNow),
            X509_V_OK);
}

TEST(Authority, IsRefusedWithAnotherKeyOrALeafsCertificate) {
  const auto& [ca, key] = fixture();
  EXPECT_FALSE(CertificateAuthority::from_pem(ca.certificate_pem(), key.to_pem()));
  EXPECT_FALSE(CertificateAuthority::from_pem("", ca.key_pem()));
  EXPECT_FALSE(CertificateAuthority::from_pem(ca.certificate_pem(), ""));
  const std::string leaf = ca.issue_merchant("1900000001", "x", key.public_key(), kNow);
  EXPECT_FALSE(CertificateAuthority::from_pem(leaf, key.to_pem()));
}

TEST(MerchantCertificate, VerifiesAndReadsBack) {
  const std::string pem = fixture().ca.issue_merchant("1900000001", "北京测试商户有限公司",
                                                      fixture().key.public_key(), kNow);
  EXPECT_EQ(verify(pem, X509_PURPOSE_SSL_CLIENT, kNow), X509_V_OK);
  EXPECT_EQ(verify(pem, X509_PURPOSE_SSL_SERVER, kNow), X509_V_ERR_INVALID_PURPOSE);
  const auto certificate = Certificate::from_pem(pem);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->pem, pem);
  EXPECT_EQ(certificate->subject_common_name, "1900000001");
  EXPECT_EQ(certificate->not_before, kNow - std::chrono::hours(1));
  EXPECT_EQ(certificate->not_after, kNow + days(1826));
  EXPECT_EQ(certificate->public_key.to_pem(), fixture().key.public_key().to_pem());
  EXPECT_THAT(printed(pem), HasSubstr("O=北京测试商户有限公司"));
  EXPECT_EQ(printed(pem).find("Tenpay"), std::string::npos);
}

TEST(MerchantCertificate, TakesAnyNameThatAPersonGives) {
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "商";
  for (const std::string& name :
       {long_name, std::string(), std::string("bad \xff\xfe text"), std::string("a,CN=b")}) {
    const std::string pem =
        fixture().ca.issue_merchant("1900000001", name, fixture().key.public_key(), kNow);
    EXPECT_EQ(Certificate::from_pem(pem)->subject_common_name, "1900000001");
    EXPECT_EQ(verify(pem, X509_PURPOSE_SSL_CLIENT, kNow), X509_V_OK);
  }
}

TEST(MerchantCertificate, IsValidOnlyInItsTime) {
  const std::string pem = fixture().ca.issue_merchant("1900000001", "x", fixture().key.public_key(),
                                                      kNow + days(1), kNow + days(2));
  EXPECT_EQ(verify(pem, X509_PURPOSE_SSL_CLIENT, kNow), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(verify(pem, X509_PURPOSE_SSL_CLIENT, kNow + days(1)), X509_V_OK);
  EXPECT_EQ(verify(pem, X509_PURPOSE_SSL_CLIENT, kNow + days(3)), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(PlatformCertificate, IsNamedAndDated) {
  const auto usual =
      Certificate::from_pem(fixture().ca.issue_platform(fixture().key.public_key(), kNow));
  EXPECT_EQ(usual->subject_common_name, "favorhook platform sign");
  EXPECT_EQ(usual->not_after, kNow + days(1826));
  const auto dated = Certificate::from_pem(
      fixture().ca.issue_platform(fixture().key.public_key(), kNow - days(9), kNow + days(5)));
  EXPECT_EQ(dated->not_before, kNow - days(9));
  EXPECT_EQ(dated->not_after, kNow + days(5));
}

TEST(SerialNumber, IsFortyUpperCaseHexDigitsAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const auto certificate =
        Certificate::from_pem(fixture().ca.issue_platform(fixture().key.public_key(), kNow));
    EXPECT_THAT(certificate->serial_no, MatchesRegex("[1-7][0-9A-F]{39}"));
    EXPECT_TRUE(seen.insert(certificate->serial_no).second);
  }
}

TEST(Certificate, RefusesOtherTexts) {
  EXPECT_FALSE(Certificate::from_pem(""));
  EXPECT_FALSE(Certificate::from_pem(fixture().key.to_pem()));
  const std::string pem = fixture().ca.certificate_pem();
  EXPECT_FALSE(Certificate::from_pem(pem.substr(0, pem.size() / 2)));
}

// A PEM text of any kind may be encrypted, which OpenSSL's readers mend by asking at the terminal.
template <class Object>
std::string encrypted(i2d_of_void* encode, const char* name, Object* object) {
  const BioPtr out = write_bio();
  must(PEM_ASN1_write_bio(encode, name, out.get(), object, EVP_aes_128_cbc(),
                          bytes_of(std::string_view("test")), 4, nullptr, nullptr));
  return text_of(out);
}

TEST(Certificate, EncryptedTextsAreRefusedWithoutAskingForTheirPassphrase) {
  const PassphraseGiver giver;
  auto* const encode = reinterpret_cast<i2d_of_void*>(&i2d_X509);
  const std::string pem =
      encrypted(encode, PEM_STRING_X509, read(fixture().ca.certificate_pem()).get());
  ASSERT_NE(pem.find("ENCRYPTED"), std::string::npos);
  EXPECT_FALSE(Certificate::from_pem(pem));
  EXPECT_FALSE(CertificateAuthority::from_pem(pem, fixture().ca.key_pem()));
  const std::string text = make_certificate_request("1900000001", fixture().key);
  const BioPtr plain = read_bio(text);
  const X509RequestPtr request(PEM_read_bio_X509_REQ(plain.get(), nullptr, nullptr, nullptr));
  EXPECT_FALSE(CertificateRequest::from_pem(encrypted(reinterpret_cast<i2d_of_void*>(&i2d_X509_REQ),
                                                      PEM_STRING_X509_REQ, request.get())));
  EXPECT_EQ(PassphraseGiver::asked, 0);
}

std::string make_request(const PrivateKey& key, const PrivateKey& signer, const char* common_name) {
  const X509RequestPtr request(X509_REQ_new());
  X509_NAME* const name = X509_REQ_get_subject_name(request.get());
  must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                  bytes_of(std::string_view(common_name)), -1, -1, 0));
  must(X509_REQ_set_pubkey(request.get(), key.get()));
  CHECK(X509_REQ_sign(request.get(), signer.get(), sha256_algorithm()) > 0);
  const BioPtr out = write_bio();
  must(PEM_write_bio_X509_REQ(out.get(), request.get()));
  return text_of(out);
}

TEST(CertificateRequest, IsTakenWithRsa2048AndItsOwnSignature) {
  const PrivateKey& key = fixture().key;
  const auto request = CertificateRequest::from_pem(make_request(key, key, "1900000001"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->subject_common_name, "1900000001");
  EXPECT_EQ(request->public_key.to_pem(), key.public_key().to_pem());
}

TEST(CertificateRequest, OfOurOwnMakingIsTaken) {
  const PrivateKey& key = fixture().key;
  const auto request = CertificateRequest::from_pem(make_certificate_request("1900000001", key));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->subject_common_name, "1900000001");
  EXPECT_EQ(request->public_key.to_pem(), key.public_key().to_pem());
}

TEST(CertificateRequest, IsRefusedOtherwise) {
  const PrivateKey& key = fixture().key;
  const PrivateKey other = PrivateKey::generate_rsa2048();
  EXPECT_FALSE(CertificateRequest::from_pem(make_request(key, other, "1900000001")));
  const PrivateKey curve = PrivateKey::generate_p256();
  EXPECT_FALSE(CertificateRequest::from_pem(make_request(curve, curve, "1900000001")));
  const PrivateKey small(KeyHandle(EVP_RSA_gen(1024), EVP_PKEY_free));
  EXPECT_FALSE(CertificateRequest::from_pem(make_request(small, small, "1900000001")));
  EXPECT_FALSE(CertificateRequest::from_pem(fixture().ca.certificate_pem()));
  EXPECT_FALSE(CertificateRequest::from_pem(""));
}

}  // namespace
}  // namespace favorhook::crypto
