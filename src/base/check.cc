#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace favorhook {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "favorhook: CHECK(%s) failed at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace favorhook
