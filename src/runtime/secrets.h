// The server's own private keys, which the store keeps sealed, by name.
//
//   Result<std::vector<store::SecretRow>> secrets = read_secrets(store);
//   std::string key_pem = secret_of(*secrets, kAuthorityKey);     // empty: there is none
//
// Thread safety and errors: as Store.
#pragma once

#include <string_view>
#include <vector>

#include "store/store.h"

namespace favorhook::runtime {

inline constexpr const char* kAuthorityKey = "ca.key";
inline constexpr const char* kAuthorityCertificate = "ca.certificate";
inline constexpr const char* kTlsKey = "tls.key";
inline constexpr const char* kTlsChain = "tls.chain";

Result<std::vector<store::SecretRow>> read_secrets(store::Store& store);
std::string secret_of(const std::vector<store::SecretRow>& secrets, std::string_view name);
// One transaction.
Result<void> keep_secrets(store::Store& store, std::vector<store::SecretRow> secrets);

}  // namespace favorhook::runtime
