#include "runtime/tls_identity.h"

#include "base/limits.h"

namespace favorhook::runtime {
namespace {

Result<TlsIdentity> read_both(const std::string& chain_file, const std::string& key_file) {
  auto chain = read_file(chain_file);
  if (!chain) return fail(chain.error());
  auto key = read_file(key_file);
  if (!key) return fail(key.error());
  return TlsIdentity{std::move(*chain), std::move(*key)};
}

// Good for a while yet, of this key and under the CA that the directory has now.
bool still_good(const TlsIdentity& identity, const DataDir& data, WallTime now) {
  const auto leaf = crypto::Certificate::from_pem(identity.chain_pem);
  const auto key = crypto::PrivateKey::from_pem(identity.key_pem);
  return leaf && key && leaf->public_key.to_pem() == key->public_key().to_pem() &&
         identity.chain_pem.ends_with(data.authority.certificate_pem()) &&
         leaf->not_before <= now && leaf->not_after - limits::kTlsRenewBefore > now;
}

}  // namespace

Result<TlsIdentity> tls_identity(const Config& config, const DataDir& data, WallTime now) {
  if (!config.tls_certificate_file.empty()) {
    return read_both(config.tls_certificate_file, config.tls_key_file);
  }
  const std::string chain_file = data.file("tls.pem");
  const std::string key_file = data.file("tls.key.pem");
  if (auto kept = read_both(chain_file, key_file); kept && still_good(*kept, data, now)) {
    return kept;
  }
  const crypto::PrivateKey key = crypto::PrivateKey::generate_p256();
  const auto leaf = data.authority.issue_tls(crypto::sandbox_names(), key.public_key(), now);
  if (!leaf) return fail(leaf.error());
  TlsIdentity made{*leaf + data.authority.certificate_pem(), key.to_pem()};
  if (auto done = write_file(key_file, made.key_pem); !done) return fail(done.error());
  if (auto done = write_file(chain_file, made.chain_pem, true); !done) return fail(done.error());
  return made;
}

}  // namespace favorhook::runtime
