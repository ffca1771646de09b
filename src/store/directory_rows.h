// From the directory's rows to its snapshot, which every thread reads.
//
//   Result<std::shared_ptr<const coupon::Directory>> made = make_directory(*store.directory());
//
// Pure functions. Errors: the first row that cannot be read (a certificate, a key) or that names a
// merchant that there is not, by its key.
#pragma once

#include <memory>

#include "coupon/directory.h"
#include "store/store.h"

namespace favorhook::store {

Result<std::shared_ptr<const coupon::Directory>> make_directory(const DirectoryRows& rows);

// The snapshot after the changes, each of which replaces what has its key; of APIv3 keys the last
// written is in force. What does not change is shared, so that it costs the same however many
// merchants there are.
Result<std::shared_ptr<const coupon::Directory>> with_changes(const coupon::Directory& before,
                                                              const DirectoryRows& changes);

}  // namespace favorhook::store
