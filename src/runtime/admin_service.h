// What the operator's API needs of a node, the same in a server and in a command that opened the
// store itself. `make_resend` stays empty: only a server delivers.
//
//   admin::ServiceDeps deps = admin_service_deps(queue, std::move(reader), held, sandbox, …);
//
// Thread safety: as admin/service.h.
#pragma once

#include <memory>

#include "admin/service.h"
#include "runtime/node_store.h"

namespace favorhook::runtime {

admin::ServiceDeps admin_service_deps(store::CommitQueue& queue,
                                      std::unique_ptr<store::Reader> reader, const NodeStore& held,
                                      bool sandbox, const Clocks& clocks, Random& random,
                                      Executor& executor);

}  // namespace favorhook::runtime
