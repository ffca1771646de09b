#include "runtime/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"

namespace favorhook::runtime {
namespace {

// In a process of its own, since a hard bound cannot be raised again.
struct Fit {
  int connections = 0;
  bool raised = false;
};

Fit fit_under(rlim_t soft, rlim_t hard) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit bound{soft, hard};
    if (::setrlimit(RLIMIT_NOFILE, &bound) != 0) ::_exit(1);
    Fit fit{int(connections_that_fit(2)), false};
    rlimit after{};
    fit.raised = ::getrlimit(RLIMIT_NOFILE, &after) == 0 && after.rlim_cur == hard;
    const bool told = ::write(ends[1], &fit, sizeof fit) == sizeof fit;
    ::_exit(told ? 0 : 1);
  }
  Fit fit;
  EXPECT_EQ(::read(ends[0], &fit, sizeof fit), ssize_t(sizeof fit));
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(status, 0);
  return fit;
}

TEST(Descriptors, LeaveDeliveriesTheirShare) {
  const Fit fit = fit_under(1'024, 16'000);
  EXPECT_TRUE(fit.raised);
  EXPECT_EQ(fit.connections, 16'000 - 4'096 - 2 * 1'024 - 64 - 256);
}

TEST(Descriptors, AreSharedWhereTheyAreFew) {
  EXPECT_EQ(fit_under(1'024, 1'024).connections, 512);
  EXPECT_EQ(fit_under(512, 8'000).connections, 4'000);
}

TEST(Descriptors, AreNoReasonForMoreThanTheBound) {
  EXPECT_LE(connections_that_fit(1), limits::kConnectionsMax);
}

}  // namespace
}  // namespace favorhook::runtime
