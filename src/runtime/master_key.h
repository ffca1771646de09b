// Where the master key comes from, under which the secrets of a data directory are sealed.
//
//   Result<MasterKeyPlaces> places = master_key_places();      // once, at the start
//   open_sqlite_store({.path = file, .vault = vault_source(data, *places)});
//
// In this order: a file that the operator names (`master_key_file`, FAVORHOOK_MASTER_KEY_FILE), the
// variable FAVORHOOK_MASTER_KEY, systemd's credential favorhook-master-key, and in a sandbox
// master.key in the data directory, which is made where nothing is sealed yet. Errors: no key where
// one is needed; a file that others may read; a key other than the one that the secrets are sealed
// under, with the ids of both. Thread safety: master_key_places changes the environment, so it is
// called before there are threads.
#pragma once

#include <optional>
#include <string>

#include "crypto/vault.h"
#include "runtime/data_dir.h"

namespace favorhook::runtime {

inline constexpr std::string_view kOwnKeyFile = "master.key";

struct MasterKeyPlaces {
  std::string file = {};                        // empty: none named
  std::optional<crypto::MasterKey> given = {};  // the variable's
  std::string credential = {};                  // path; empty: none
};

// What the environment names. FAVORHOOK_MASTER_KEY is overwritten and removed from it.
Result<MasterKeyPlaces> master_key_places();

struct FoundKey {
  crypto::MasterKey key;
  std::string from;  // for people: which of the places
  bool own = false;  // the sandbox's
};

// `sealed_under`: the id of the key that is needed; nothing where nothing is sealed yet.
Result<FoundKey> find_master_key(const DataDir& data, const MasterKeyPlaces& places,
                                 const std::optional<std::string>& sealed_under);
crypto::VaultSource vault_source(const DataDir& data, MasterKeyPlaces places);

// A key file, mode 0600 or stricter.
Result<crypto::MasterKey> read_key_file(const std::string& path);

// The next key of a sandbox during a rotation: kept beside master.key before anything is sealed
// under it, and put in its place afterwards. A crash in between is mended by find_master_key.
Result<void> keep_next_key(const DataDir& data, const crypto::MasterKey& key);
Result<void> replace_own_key(const DataDir& data);

}  // namespace favorhook::runtime
