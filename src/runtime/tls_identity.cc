#include "runtime/tls_identity.h"

#include "base/limits.h"
#include "runtime/files.h"
#include "runtime/secrets.h"

namespace favorhook::runtime {
namespace {

Result<TlsIdentity> read_both(const std::string& chain_file, const std::string& key_file) {
  auto chain = read_file(chain_file);
  if (!chain) return fail(chain.error());
  auto key = read_file(key_file);
  if (!key) return fail(key.error());
  return TlsIdentity{std::move(*chain), std::move(*key)};
}

// Good for a while yet, of this key and under the CA that the node has now.
bool still_good(const TlsIdentity& identity, const crypto::CertificateAuthority& authority,
                WallTime now) {
  const auto leaf = crypto::Certificate::from_pem(identity.chain_pem);
  const auto key = crypto::PrivateKey::from_pem(identity.key_pem);
  return leaf && key && leaf->public_key.to_pem() == key->public_key().to_pem() &&
         identity.chain_pem.ends_with(authority.certificate_pem()) && leaf->not_before <= now &&
         leaf->not_after - limits::kTlsRenewBefore > now;
}

}  // namespace

Result<TlsIdentity> tls_identity(const Config& config, store::Store& store,
                                 const crypto::CertificateAuthority& authority, WallTime now) {
  if (!config.tls_certificate_file.empty()) {
    return read_both(config.tls_certificate_file, config.tls_key_file);
  }
  const auto secrets = read_secrets(store);
  if (!secrets) return fail(secrets.error());
  TlsIdentity kept{secret_of(*secrets, kTlsChain), secret_of(*secrets, kTlsKey)};
  if (still_good(kept, authority, now)) return kept;
  const crypto::PrivateKey key = crypto::PrivateKey::generate_p256();
  const auto leaf = authority.issue_tls(crypto::sandbox_names(), key.public_key(), now);
  if (!leaf) return fail(leaf.error());
  TlsIdentity made{*leaf + authority.certificate_pem(), key.to_pem()};
  const auto done = keep_secrets(store, {{kTlsKey, made.key_pem}, {kTlsChain, made.chain_pem}});
  if (!done) return fail(done.error());
  return made;
}

}  // namespace favorhook::runtime
