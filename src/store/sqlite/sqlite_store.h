// The store in one SQLite file: WAL, synchronous=FULL, one writer connection, a read connection for
// each Reader.
//
//   Result<std::unique_ptr<Store>> store =
//       open_sqlite_store({.path = "favorhook.db", .vault = vault_source});
//
// The schema is in migrations.cc with its version in user_version; an older file is migrated, a
// newer one refused. Secrets in the file are sealed under the vault's master key; a wrong one is
// refused before anything is changed. Errors: the path and SQLite's message. After a failed sync
// the process stops. Threads: one for checkpoints, where the store is durable and the VFS the
// system's; in simulation checkpoints run inside commits.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "crypto/vault.h"
#include "store/store.h"

namespace favorhook::store {

struct SqliteOptions {
  std::string path;
  bool read_only = false;  // Readers only: for looking while another process holds the store
  bool durable = true;     // false: synchronous=OFF, for simulation without power cuts
  std::string vfs = {};    // empty: the default VFS
  // Ends the process after a failed sync, in place of abort(): for simulation.
  std::function<void(const Error& error)> on_disk_failure = {};
  int checkpoint_pages = limits::kCheckpointPages;
  // None: rows with secrets can be neither written nor read.
  crypto::VaultSource vault = {};
};

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options);

// Seals every secret under another master key, in one transaction, and gives back how many: a crash
// leaves all of them under the one or under the other. `next` is asked once the present key has
// proven to be the right one. For a store that nobody has open.
Result<std::size_t> reseal_sqlite_store(const SqliteOptions& options,
                                        const crypto::VaultSource& next);

}  // namespace favorhook::store
