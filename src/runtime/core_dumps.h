// A crash writes no image of memory to the disk: the image would hold every key.
//
//   if (!config.core_dumps) forbid_core_dumps();      // before the first key is read
//
// The process has no core dump (RLIMIT_CORE), hands none to the system's collector, and cannot be
// looked into by others of the same user (PR_SET_DUMPABLE), a debugger among them. Process-wide and
// final. Errors: none; where a part is refused, the other holds.
#pragma once

namespace favorhook::runtime {

void forbid_core_dumps();

}  // namespace favorhook::runtime
