// The store of a data directory, held by this process: lock, database, platform keys, directory.
// Shared by the server and by commands that open the store themselves.
//
//   Result<NodeStore> held =
//       open_node_store(data, "favorhook serve", places, clocks.wall(), random);
//
// The first opening makes favorhook's CA and the platform's keys: one with a certificate, one
// public-key pair. Thread safety: as Store. Errors: who holds the store; what cannot be opened.
#pragma once

#include <memory>

#include "base/random.h"
#include "coupon/directory.h"
#include "crypto/certificates.h"
#include "runtime/data_dir.h"
#include "runtime/master_key.h"
#include "store/lock.h"
#include "store/store.h"

namespace favorhook::runtime {

struct NodeStore {
  store::StoreLock lock;  // released after the store is closed
  std::unique_ptr<store::Store> store;
  crypto::CertificateAuthority authority;
  std::unique_ptr<coupon::DirectoryHolder> directory;
};

Result<NodeStore> open_node_store(const DataDir& data, std::string_view who,
                                  const MasterKeyPlaces& places, WallTime now, Random& random);

}  // namespace favorhook::runtime
