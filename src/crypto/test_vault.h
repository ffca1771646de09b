// For tests: a vault under a master key of the process's own, so that a store opened again finds
// the same.
//
//   open_sqlite_store({.path = file, .vault = crypto::test_vault()});
#pragma once

#include <memory>

#include "crypto/vault.h"

namespace favorhook::crypto {

inline VaultSource test_vault() {
  static const auto vault = std::make_shared<const Vault>(MasterKey::generate());
  return [](const std::optional<std::string>&) { return vault; };
}

}  // namespace favorhook::crypto
