// One thread's prepared signers for the platform's keys: preparing one costs a key copy, so each is
// made once.
//
//   crypto::Signer& signer = signers.get(*directory.platform_key_for(mode, now));
//
// Thread safety: one thread. The factory makes RSA signers in a process and cheap stand-ins in
// simulation.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "coupon/directory.h"
#include "crypto/sign.h"

namespace favorhook::coupon {

using SignerFactory = std::function<std::unique_ptr<crypto::Signer>(const PlatformKey&)>;

class PlatformSigners {
 public:
  explicit PlatformSigners(SignerFactory factory) : factory_(std::move(factory)) {}

  crypto::Signer& get(const PlatformKey& key) {
    auto& signer = signers_[key.serial];
    if (!signer) signer = factory_(key);
    return *signer;
  }

 private:
  SignerFactory factory_;
  std::map<std::string, std::unique_ptr<crypto::Signer>> signers_;
};

inline std::unique_ptr<crypto::Signer> make_rsa_signer(const PlatformKey& key) {
  return std::make_unique<crypto::RsaSigner>(key.key);
}

}  // namespace favorhook::coupon
