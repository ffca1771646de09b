// Waits for SIGINT or SIGTERM.
//
//   block_signals();               // in main, before any thread starts: threads inherit it
//   const int signal = wait_for_signal();
//
// Errors: CHECK.
#pragma once

namespace favorhook::net {

void block_signals();
// Returns the signal that came.
int wait_for_signal();

}  // namespace favorhook::net
