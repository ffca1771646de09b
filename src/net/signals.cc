#include "net/signals.h"

#include <pthread.h>

#include <csignal>

#include "base/check.h"

namespace favorhook::net {
namespace {

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void block_signals() {
  const sigset_t signals = ending_signals();
  CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
}

int wait_for_signal() {
  const sigset_t signals = ending_signals();
  int signal = 0;
  CHECK(sigwait(&signals, &signal) == 0);
  return signal;
}

}  // namespace favorhook::net
