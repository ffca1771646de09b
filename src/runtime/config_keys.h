// The table of configuration keys: what load_config knows and docs/configuration.md lists.
//
//   for (const ConfigKey& key : config_keys()) …
//
// Each key is written as text: a TOML list is its elements joined by commas, as in the environment.
// Immutable. Errors: `set` says what the value must be, not the key's name.
#pragma once

#include <span>
#include <string_view>

#include "runtime/config.h"

namespace favorhook::runtime {

struct ConfigKey {
  std::string_view name;
  std::string_view otherwise;  // the default, as the documentation writes it
  Result<void> (*set)(Config& config, std::string_view text);
};

std::span<const ConfigKey> config_keys();

}  // namespace favorhook::runtime
