#include "runtime/admin_service.h"

#include "delivery/judge.h"

namespace favorhook::runtime {

admin::ServiceDeps admin_service_deps(store::CommitQueue& queue,
                                      std::unique_ptr<store::Reader> reader, const NodeStore& held,
                                      bool sandbox, const Clocks& clocks, Random& random,
                                      Executor& executor) {
  return {.queue = queue,
          .reader = std::move(reader),
          .directory = *held.directory,
          .authority = held.authority,
          .clocks = clocks,
          .random = random,
          .executor = executor,
          .make_resend = {},
          .explain =
              [](const store::Attempt& attempt) {
                return delivery::explain(attempt.verdict, attempt.status, attempt.detail);
              },
          .sandbox = sandbox};
}

}  // namespace favorhook::runtime
