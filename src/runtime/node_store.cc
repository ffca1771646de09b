#include "runtime/node_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/check.h"
#include "runtime/authority.h"
#include "runtime/files.h"
#include "store/directory_rows.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::runtime {
namespace {

// As many digits as published ids of WeChat Pay public keys have (protocol §1.11).
constexpr std::size_t kPublicKeyIdDigits = 34;
// A public-key pair has no end of its own.
constexpr auto kPublicKeyValidity = std::chrono::days(3652 * 10);

store::PlatformKeyRow certificate_key(const crypto::CertificateAuthority& authority, WallTime now) {
  const crypto::PrivateKey key = crypto::PrivateKey::generate_rsa2048();
  const std::string pem = authority.issue_platform(key.public_key(), now);
  const auto certificate = crypto::Certificate::from_pem(pem);
  CHECK(certificate);
  return {certificate->serial_no,
          std::string(to_text(coupon::SigningMode::certificate)),
          pem,
          key.to_pem(),
          certificate->not_before,
          certificate->not_after};
}

store::PlatformKeyRow public_key_pair(WallTime now, Random& random) {
  return {"PUB_KEY_ID_" + random.text(kPublicKeyIdDigits, kDigits),
          std::string(to_text(coupon::SigningMode::public_key)),
          "",
          crypto::PrivateKey::generate_rsa2048().to_pem(),
          now,
          now + kPublicKeyValidity};
}

bool has_mode(const std::vector<store::PlatformKeyRow>& keys, coupon::SigningMode mode) {
  return std::ranges::find(keys, to_text(mode), &store::PlatformKeyRow::mode) != keys.end();
}

Result<void> make_missing_keys(store::Store& store, const crypto::CertificateAuthority& authority,
                               WallTime now, Random& random) {
  const auto rows = store.directory();
  if (!rows) return fail(rows.error());
  const std::vector<store::PlatformKeyRow>& keys = rows->of<store::PlatformKeyRow>();
  store::Batch batch;
  if (!has_mode(keys, coupon::SigningMode::certificate)) {
    batch.directory.add(certificate_key(authority, now));
  }
  if (!has_mode(keys, coupon::SigningMode::public_key)) {
    batch.directory.add(public_key_pair(now, random));
  }
  return batch.empty() ? Result<void>() : store.commit(batch);
}

// SQLite makes files as the umask lets it, and its log with the mode of the file. One that was put
// here by hand is made private too.
Result<void> make_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail("cannot open {}: {}", path, std::strerror(errno));
  const bool is_private = ::fchmod(file, 0600) == 0;
  const int reason = errno;
  ::close(file);
  if (!is_private) return fail("cannot make {} private: {}", path, std::strerror(reason));
  return {};
}

// The authority's certificate is shown once the store that keeps its key is on the disk. From then
// on an empty store in its place would pass for a new one, and everything would have been lost
// without a word.
Result<void> check_not_lost(const DataDir& data, const std::string& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  if ((!missing && size > 0) || !file_exists(data.file(kCertificateFile))) return {};
  return fail(
      "{} is {}, and the data directory has had one: put the store back, or restore a backup into "
      "a new directory",
      file, missing ? "missing" : "empty");
}

}  // namespace

Result<NodeStore> open_node_store(const DataDir& data, std::string_view who,
                                  const MasterKeyPlaces& places, WallTime now, Random& random) {
  auto lock = store::take_store_lock(data.path, who);
  if (!lock) return fail(lock.error());
  const std::string file = data.file("favorhook.db");
  if (auto there = check_not_lost(data, file); !there) return fail(there.error());
  if (auto made = make_private_file(file); !made) return fail(made.error());
  auto store = store::open_sqlite_store({.path = file, .vault = vault_source(data, places)});
  if (!store) return fail(store.error());
  auto authority = open_authority(**store, data, now);
  if (!authority) return fail(authority.error());
  if (auto made = make_missing_keys(**store, *authority, now, random); !made) {
    return fail(made.error());
  }
  const auto rows = (*store)->directory();
  if (!rows) return fail(rows.error());
  auto directory = store::make_directory(*rows);
  if (!directory) return fail(directory.error());
  return NodeStore{std::move(*lock), std::move(*store), std::move(*authority),
                   std::make_unique<coupon::DirectoryHolder>(std::move(*directory))};
}

}  // namespace favorhook::runtime
