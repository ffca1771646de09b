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

// The rows as they are after the changes, each of which replaces what has its key. APIv3 keys are
// in the order in which they were written, the last of a merchant is in force.
DirectoryRows with_changes(DirectoryRows rows, const DirectoryRows& changes);

}  // namespace favorhook::store
