// Processes that the bench starts: the server, its commands, and the programs it is compared with.
//
//   Child child = spawn({"/usr/bin/env", "node", "rival.mjs"}, "rival.log");
//   read_output(child.output, true); tell(child, "begin\n"); wait_for(child.pid);
//
// Thread safety: one thread. Ownership: the caller closes the descriptors and waits; a child dies
// with the bench. Errors: CHECKs, there is no bench without processes.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace favorhook::bench {

struct Child {
  pid_t pid = -1;
  int output = -1;  // its standard output
  int input = -1;   // its standard input
};

// Its standard error goes to the file, or where this process's goes.
Child spawn(std::vector<std::string> command, const std::string& error_file);
// To the end of a line, or to the end.
std::string read_output(int descriptor, bool one_line);
void tell(const Child& child, const std::string& text);
// Its exit code; -1 where a signal ended it.
int wait_for(pid_t pid);
void close_pipes(Child& child);

}  // namespace favorhook::bench
