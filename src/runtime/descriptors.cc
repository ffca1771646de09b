#include "runtime/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/limits.h"

namespace favorhook::runtime {

std::size_t connections_that_fit(std::size_t loops) {
  rlimit bound{};
  if (::getrlimit(RLIMIT_NOFILE, &bound) != 0) return limits::kConnectionsMax;
  bound.rlim_cur = bound.rlim_max;
  // Where it is not allowed the bound stays as it was, and is read again.
  ::setrlimit(RLIMIT_NOFILE, &bound);
  ::getrlimit(RLIMIT_NOFILE, &bound);
  const auto all = std::size_t(std::min<rlim_t>(bound.rlim_cur, 1U << 30U));
  const std::size_t others = limits::kInFlightMax + loops * limits::kIdleConnectionsMax +
                             limits::kOperatorConnections + limits::kOtherDescriptors;
  const std::size_t left = all > others ? all - others : 0;
  return std::min(limits::kConnectionsMax, std::max(left, all / 2));
}

}  // namespace favorhook::runtime
