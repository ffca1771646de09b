#include "bench/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/check.h"

namespace favorhook::bench {

Child spawn(std::vector<std::string> command, const std::string& error_file) {
  int output[2], input[2];
  CHECK(::pipe2(output, O_CLOEXEC) == 0 && ::pipe2(input, O_CLOEXEC) == 0);
  std::vector<char*> arguments;
  for (std::string& each : command) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  const pid_t pid = ::fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(output[1], STDOUT_FILENO);
    ::dup2(input[0], STDIN_FILENO);
    if (!error_file.empty()) {
      const int log = ::open(error_file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
      if (log >= 0) ::dup2(log, STDERR_FILENO);
    }
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(output[1]);
  ::close(input[0]);
  return {.pid = pid, .output = output[0], .input = input[1]};
}

std::string read_output(int descriptor, bool one_line) {
  std::string text;
  char byte = 0;
  while (::read(descriptor, &byte, 1) == 1) {
    if (one_line && byte == '\n') break;
    text += byte;
  }
  return text;
}

void tell(const Child& child, const std::string& text) {
  CHECK(::write(child.input, text.data(), text.size()) == std::ssize(text));
}

int wait_for(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void close_pipes(Child& child) {
  ::close(std::exchange(child.output, -1));
  ::close(std::exchange(child.input, -1));
}

}  // namespace favorhook::bench
