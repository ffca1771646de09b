// The platform's public keys that a merchant trusts: platform certificates by serial, or the WeChat
// Pay public key by its id (PUB_KEY_ID_…). Answers and notifications name the key that signed them;
// one that is not here is not trusted.
//
//   PlatformKeys keys;
//   keys.add_certificate(pem);
//   keys.add_public_key("PUB_KEY_ID_0000…", pem);
//
// Thread safety: const calls from any thread; adding from one thread while nobody reads. Errors:
// text that cannot be read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "favorhook/outcome.h"

namespace favorhook::merchant {

class PlatformKeys {
 public:
  PlatformKeys();
  PlatformKeys(const PlatformKeys&);
  PlatformKeys& operator=(const PlatformKeys&);
  PlatformKeys(PlatformKeys&&) noexcept;
  PlatformKeys& operator=(PlatformKeys&&) noexcept;
  ~PlatformKeys();

  // Gives the serial: 40 upper-case hex digits.
  Outcome<std::string> add_certificate(const std::string& pem);
  Outcome<std::string> add_public_key(const std::string& id, const std::string& pem);
  std::vector<std::string> serials() const;
  // Empty where the signature over timestamp\nnonce\nbody\n is good; else why it is not.
  std::string verify(const std::string& serial, const std::string& timestamp,
                     const std::string& nonce, const std::string& body,
                     const std::string& signature) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace favorhook::merchant
