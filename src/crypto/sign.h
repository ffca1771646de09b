// SHA256withRSA (PKCS#1 v1.5), the signature of WECHATPAY2-SHA256-RSA2048 (protocol §1.4).
//
//   RsaSigner signer(key);                       // one a thread
//   std::string signature = signer.sign(text);   // base64, 344 characters
//   bool good = verify_sha256_rsa(public_key, text, signature);
//
// Signer is an interface so that simulation can use a cheap stand-in. Thread safety: a signer
// belongs to one thread; it duplicates its key and keeps a prepared context (256 µs a signature
// instead of 300). verify may be called anywhere.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "crypto/keys.h"

namespace favorhook::crypto {

class Signer {
 public:
  virtual ~Signer() = default;
  // The signature of the text, in base64 on one line.
  virtual std::string sign(std::string_view text) = 0;
};

class RsaSigner final : public Signer {
 public:
  explicit RsaSigner(const PrivateKey& key);
  ~RsaSigner() override;
  RsaSigner(const RsaSigner&) = delete;
  RsaSigner& operator=(const RsaSigner&) = delete;
  std::string sign(std::string_view text) override;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// False also where the signature is no base64 or the key is not RSA.
bool verify_sha256_rsa(const PublicKey& key, std::string_view text,
                       std::string_view signature_base64);

}  // namespace favorhook::crypto
