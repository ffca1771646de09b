#include "runtime/master_key.h"

#include <cstdlib>
#include <cstring>
#include <span>

#include "runtime/files.h"

namespace favorhook::runtime {
namespace {

constexpr const char* kFileVariable = "FAVORHOOK_MASTER_KEY_FILE";
constexpr const char* kKeyVariable = "FAVORHOOK_MASTER_KEY";
constexpr const char* kCredentialsVariable = "CREDENTIALS_DIRECTORY";
constexpr std::string_view kCredential = "favorhook-master-key";
constexpr std::string_view kNextKeyFile = "master.key.next";

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<crypto::MasterKey> key_in(const std::string& path, Result<std::string> text) {
  if (!text) return fail(std::move(text.error()));
  auto key = crypto::MasterKey::from_text(*text);
  crypto::wipe(*text);
  if (!key) return fail("{}: {}", path, key.error().what);
  return key;
}

Result<FoundKey> named(Result<crypto::MasterKey> key, std::string from) {
  if (!key) return fail(std::move(key.error()));
  return FoundKey{*key, std::move(from), false};
}

// A rotation that a crash interrupted: what the secrets are sealed under decides which of the two
// keys stays.
Result<void> settle_next_key(const DataDir& data, const std::optional<std::string>& sealed_under) {
  const std::string path = data.file(kNextKeyFile);
  if (!file_exists(path)) return {};
  const auto next = read_key_file(path);
  if (!next) return fail(next.error());
  if (sealed_under == next->id()) return replace_own_key(data);
  return remove_file(path);
}

Result<FoundKey> own_key(const DataDir& data, const std::optional<std::string>& sealed_under) {
  if (auto settled = settle_next_key(data, sealed_under); !settled) return fail(settled.error());
  const std::string path = data.file(kOwnKeyFile);
  if (!file_exists(path) && !sealed_under) {
    std::string text = crypto::MasterKey::generate().to_text() + "\n";
    auto written = write_file(path, text);
    crypto::wipe(text);
    if (!written) return fail(std::move(written.error()));
  }
  auto key = read_key_file(path);
  if (!key) return fail(std::move(key.error()));
  return FoundKey{*key, path, true};
}

Result<FoundKey> first_key(const DataDir& data, const MasterKeyPlaces& places,
                           const std::optional<std::string>& sealed_under) {
  if (!places.file.empty()) return named(read_key_file(places.file), places.file);
  if (places.given) return FoundKey{*places.given, kKeyVariable, false};
  if (!places.credential.empty()) {
    // systemd lets the service read its credential through an access list, which shows as the
    // group's permission.
    return named(key_in(places.credential, read_file(places.credential)), places.credential);
  }
  if (data.sandbox) return own_key(data, sealed_under);
  return fail(
      "production needs a master key to seal its secrets with: make one with `favorhook key new "
      "--out FILE` and name it with master_key_file, {}, {} or the systemd credential {}",
      kFileVariable, kKeyVariable, kCredential);
}

}  // namespace

Result<MasterKeyPlaces> master_key_places() {
  MasterKeyPlaces places;
  places.file = variable(kFileVariable);
  if (const std::string directory = variable(kCredentialsVariable); !directory.empty()) {
    const std::string path = fmt::format("{}/{}", directory, kCredential);
    if (file_exists(path)) places.credential = path;
  }
  char* const value = std::getenv(kKeyVariable);
  if (value == nullptr) return places;
  auto key = crypto::MasterKey::from_text(value);
  // In place, because /proc shows the environment as it lies in memory.
  crypto::wipe(std::span(value, std::strlen(value)));
  ::unsetenv(kKeyVariable);
  if (!key) return fail("{}: {}", kKeyVariable, key.error().what);
  places.given = std::move(*key);
  return places;
}

Result<FoundKey> find_master_key(const DataDir& data, const MasterKeyPlaces& places,
                                 const std::optional<std::string>& sealed_under) {
  auto found = first_key(data, places, sealed_under);
  if (!found || !sealed_under || found->key.id() == *sealed_under) return found;
  return fail(
      "the wrong master key: the secrets in {} are sealed with the key {}, and that of {} is {}",
      data.path, *sealed_under, found->from, found->key.id());
}

crypto::VaultSource vault_source(const DataDir& data, MasterKeyPlaces places) {
  // A copy: a store keeps its source as long as it is open.
  return [data, places = std::move(places)](const std::optional<std::string>& sealed_under)
             -> Result<std::shared_ptr<const crypto::Vault>> {
    const auto found = find_master_key(data, places, sealed_under);
    if (!found) return fail(found.error());
    return std::make_shared<const crypto::Vault>(found->key);
  };
}

Result<crypto::MasterKey> read_key_file(const std::string& path) {
  return key_in(path, read_private_file(path));
}

Result<void> keep_next_key(const DataDir& data, const crypto::MasterKey& key) {
  std::string text = key.to_text() + "\n";
  auto written = write_file(data.file(kNextKeyFile), text);
  crypto::wipe(text);
  return written;
}

Result<void> replace_own_key(const DataDir& data) {
  return rename_file(data.file(kNextKeyFile), data.file(kOwnKeyFile));
}

}  // namespace favorhook::runtime
