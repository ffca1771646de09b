// Makes calls that belong elsewhere.
#include <cstdlib>

namespace favorhook::gateway {

// std::cout << "a comment is no call"
const char* text = "and std::abort() in a text is none";

void calls() {
  const auto now = std::chrono::system_clock::now();  // fault: a clock
  std::thread worker(run);  // fault: a thread
  std::this_thread::sleep_for(now);  // fault: a sleep
  const char* home = std::getenv("HOME");  // fault: the environment
  std::mt19937 random;  // fault: randomness
  popen(home, "r");  // fault: a process
  std::exit(1);  // fault: the end of the process
  std::cerr << random();  // fault: output
  strcpy(text, home);  // fault: unbounded text
}

}  // namespace favorhook::gateway
