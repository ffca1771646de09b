#include "runtime/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/log.h"

namespace favorhook::runtime {

void forbid_core_dumps() {
  const rlimit none = {0, 0};
  // The limit stops files; a collector (a pipe in core_pattern) asks the second.
  const bool limited = ::setrlimit(RLIMIT_CORE, &none) == 0;
  const bool hidden = ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
  if (!limited || !hidden) log_warning("core_dumps_not_forbidden");
}

}  // namespace favorhook::runtime
