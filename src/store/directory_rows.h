// From the directory's rows to its snapshot. Errors: a row that cannot be read (a certificate, a
// key) fails with its key.
#pragma once

#include <memory>

#include "coupon/directory.h"
#include "store/store.h"

namespace favorhook::store {

Result<std::shared_ptr<const coupon::Directory>> make_directory(const DirectoryRows& rows);

}  // namespace favorhook::store
