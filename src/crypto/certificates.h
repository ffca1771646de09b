// X.509 certificates: reading them, and issuing those of favorhook's own CA.
//
//   CertificateAuthority ca = CertificateAuthority::create(now);   // once per data directory
//   std::string pem = ca.issue_merchant(mchid, name, key.public_key(), now);
//   Result<Certificate> certificate = Certificate::from_pem(pem);
//
// Thread safety: values; an authority belongs to one thread at a time. Errors: reading gives a
// Result, also for a text that is encrypted. Limits: kPemBytesMax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clocks.h"
#include "crypto/keys.h"

namespace favorhook::crypto {

struct Certificate {
  std::string pem;
  std::string serial_no;  // 40 upper-case hex digits, as WeChat Pay writes serial numbers
  std::string subject_common_name;
  WallTime not_before;
  WallTime not_after;
  PublicKey public_key;

  static Result<Certificate> from_pem(std::string_view pem);
};

// A PKCS#10 request whose self-signature was checked; its key is RSA-2048.
struct CertificateRequest {
  std::string subject_common_name;
  PublicKey public_key;

  static Result<CertificateRequest> from_pem(std::string_view pem);
};

// A PKCS#10 request for the key, signed with it, in PEM: what CertificateRequest reads.
std::string make_certificate_request(std::string_view common_name, const PrivateKey& key);

// The names and addresses that a TLS certificate is for.
struct TlsNames {
  std::vector<std::string> dns;
  std::vector<std::string> ip;
};

// The four WeChat Pay API hosts, localhost and loopback: all that the CA may certify (its name
// constraints) and all that the sandbox's own TLS certificate names.
const TlsNames& sandbox_names();

// favorhook's own CA. Its certificate carries critical name constraints (sandbox_names) and goes
// into no system store. Serial numbers are 20 random bytes whose first hex digit is 1 to 7: 40 hex
// digits in every SDK's way of printing them.
class CertificateAuthority {
 public:
  static CertificateAuthority create(WallTime now);
  static Result<CertificateAuthority> from_pem(std::string_view certificate_pem,
                                               std::string_view key_pem);

  const std::string& certificate_pem() const { return certificate_pem_; }
  std::string key_pem() const { return key_.to_pem(); }

  // Merchant API certificate: five years, CN = mchid, as apiclient_cert.pem. O is the name's first
  // 64 characters, and is left out where the name is empty or no UTF-8.
  std::string issue_merchant(std::string_view mchid, std::string_view name, const PublicKey& key,
                             WallTime now) const;
  // Platform certificate: five years, CN = "favorhook platform sign".
  std::string issue_platform(const PublicKey& key, WallTime now) const;
  // TLS server certificate: 820 days, the most that every client accepts, so its owner renews it.
  // Names outside the constraints are refused.
  Result<std::string> issue_tls(const TlsNames& names, const PublicKey& key, WallTime now) const;

  // The same with a validity of one's own, for tests of expiry and rotation.
  std::string issue_platform(const PublicKey& key, WallTime not_before, WallTime not_after) const;
  std::string issue_merchant(std::string_view mchid, std::string_view name, const PublicKey& key,
                             WallTime not_before, WallTime not_after) const;

 private:
  CertificateAuthority(std::string certificate_pem, PrivateKey key);
  std::string certificate_pem_;
  PrivateKey key_;
};

}  // namespace favorhook::crypto
