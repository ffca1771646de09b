// Keeps small secrets at rest: sealed with AES-256-GCM under a master key, each bound to its place.
//
//   Vault vault(MasterKey::generate());
//   std::string sealed = vault.seal("platform_keys/PUB_KEY_ID_1", pem);   // v1:1f2e3d4c5b6a7988:…
//   Result<std::string> opened = vault.open("platform_keys/PUB_KEY_ID_1", sealed);
//
// What is sealed is text: `v1:`, the id of the master key, `:`, and base64 of nonce, ciphertext and
// tag. The key that seals and the id are derived from the master key (HKDF-SHA256, RFC 5869), so
// the id tells nothing of it. A sealed text that is moved to another place does not open. Thread
// safety: values; a Vault may be used from any thread. Errors: which of "no sealed text", "another
// master key" and "altered or moved" it is; never the secret. Limits: nonces are random, so one
// master key seals at most 2^32 texts; a node seals thousands.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace favorhook::crypto {

// Overwrites secrets in place, in a way that no compiler leaves out.
void wipe(std::span<char> bytes);
void wipe(std::string& text);

// 256 bits. A copy is wiped when it goes.
class MasterKey {
 public:
  static constexpr std::size_t kBytes = 32;

  static MasterKey generate();
  // 64 hexadecimal digits, or base64; white space behind it is allowed, as in a file.
  static Result<MasterKey> from_text(std::string_view text);

  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;
  ~MasterKey();

  std::string to_text() const;  // base64, 44 characters
  std::string id() const;       // 16 hexadecimal digits, no secret

 private:
  friend class Vault;
  MasterKey() = default;
  std::array<unsigned char, kBytes> bytes_{};
};

class Vault {
 public:
  explicit Vault(const MasterKey& key);
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  ~Vault();

  std::string seal(std::string_view place, std::string_view secret) const;
  Result<std::string> open(std::string_view place, std::string_view sealed) const;
  const std::string& key_id() const { return key_id_; }

 private:
  std::string key_id_;
  std::array<unsigned char, MasterKey::kBytes> data_key_{};
};

// Asked once, when something sealed is opened, with the id of the key that it is sealed under;
// nothing where no secret is in it yet.
using VaultSource =
    std::function<Result<std::shared_ptr<const Vault>>(const std::optional<std::string>& key_id)>;

}  // namespace favorhook::crypto
