#include "runtime/authority.h"

#include <array>

#include "crypto/vault.h"
#include "runtime/files.h"
#include "runtime/secrets.h"

namespace favorhook::runtime {
namespace {

using crypto::CertificateAuthority;

constexpr std::string_view kOldKeyFile = "ca.key.pem";
// What the first version kept in plain files and the store keeps now; the one that tells of that
// version goes last.
constexpr std::array<std::string_view, 3> kOldFiles = {"tls.key.pem", "tls.pem", kOldKeyFile};

// As the first version left it; nothing where there is none.
Result<std::optional<CertificateAuthority>> read_old_files(const DataDir& data) {
  const std::string key_file = data.file(kOldKeyFile);
  if (!file_exists(key_file)) return std::nullopt;
  auto key = read_file(key_file);
  if (!key) return fail(std::move(key.error()));
  const auto certificate = read_file(data.file(kCertificateFile));
  if (!certificate) return fail(certificate.error());
  auto authority = CertificateAuthority::from_pem(*certificate, *key);
  crypto::wipe(*key);
  if (!authority) return fail("{}, {}: {}", key_file, kCertificateFile, authority.error().what);
  return std::move(*authority);
}

Result<CertificateAuthority> take_over_or_make(store::Store& store, const DataDir& data,
                                               WallTime now) {
  auto old = read_old_files(data);
  if (!old) return fail(std::move(old.error()));
  auto authority = *old ? std::move(**old) : CertificateAuthority::create(now);
  const auto kept = keep_secrets(store, {{kAuthorityKey, authority.key_pem()},
                                         {kAuthorityCertificate, authority.certificate_pem()}});
  if (!kept) return fail(kept.error());
  return authority;
}

// Only of a directory that the first version made: in another, files of these names are the
// operator's.
Result<void> remove_old_files(const DataDir& data) {
  if (!file_exists(data.file(kOldKeyFile))) return {};
  for (const std::string_view name : kOldFiles) {
    if (auto removed = remove_file(data.file(name)); !removed) return removed;
  }
  return {};
}

}  // namespace

Result<CertificateAuthority> open_authority(store::Store& store, const DataDir& data,
                                            WallTime now) {
  const auto secrets = read_secrets(store);
  if (!secrets) return fail(secrets.error());
  std::string key = secret_of(*secrets, kAuthorityKey);
  auto authority =
      key.empty() ? take_over_or_make(store, data, now)
                  : CertificateAuthority::from_pem(secret_of(*secrets, kAuthorityCertificate), key);
  crypto::wipe(key);
  if (!authority) return authority;
  const std::string file = data.file(kCertificateFile);
  if (const auto shown = read_file(file); !shown || *shown != authority->certificate_pem()) {
    auto written = write_file(file, authority->certificate_pem(), /*public_file=*/true);
    if (!written) return fail(std::move(written.error()));
  }
  if (auto removed = remove_old_files(data); !removed) return fail(std::move(removed.error()));
  return authority;
}

}  // namespace favorhook::runtime
