// The keys of every simulated world, always the same, so that a seed means the same in every
// process: the length of a key's text decides which pages the store writes. RSA as everywhere, but
// short, since the simulation signs millions of times and keeps no secret.
//
//   crypto::RsaSigner signer(keys().merchants);
//
// Thread safety: read only.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "crypto/certificates.h"

namespace favorhook::sim {

inline constexpr std::size_t kPlatformKeys = 5;

struct PlatformPair {
  std::string pem;
  crypto::PublicKey key;
};

struct Keys {
  std::string merchants_certificate;  // all merchants share it
  std::string merchants_serial;
  crypto::PrivateKey merchants;
  std::vector<PlatformPair> platform;
};

const Keys& keys();

}  // namespace favorhook::sim
