// Waits for SIGINT or SIGTERM. Call block_signals() in main before any thread starts.
#pragma once

namespace favorhook::net {

void block_signals();
// Returns the signal that came.
int wait_for_signal();

}  // namespace favorhook::net
