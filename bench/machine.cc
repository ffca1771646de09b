#include "bench/machine.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <sys/utsname.h>

#include <boost/version.hpp>
#include <fstream>
#include <thread>

namespace favorhook::bench {
namespace {

std::string cpu_line(const std::string& name) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with(name) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string kernel() {
  utsname names{};
  return ::uname(&names) == 0 ? fmt::format("{} {}", names.sysname, names.release) : "unknown";
}

std::string memory() {
  std::ifstream meminfo("/proc/meminfo");
  std::string name;
  long kib = 0;
  meminfo >> name >> kib;
  return fmt::format("{:.1f} GiB", static_cast<double>(kib) / (1 << 20));
}

std::string load_average() {
  std::ifstream loadavg("/proc/loadavg");
  std::string text;
  std::getline(loadavg, text);
  return text.substr(0, text.find(' '));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe_machine() {
  // Without these OpenSSL signs 2.5 times slower.
  const bool fast = cpu_line("flags").find("avx512ifma") != std::string::npos;
  return {{"cpu", cpu_line("model name")},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"avx512_ifma", fast ? "yes" : "no"},
          {"memory", memory()},
          {"kernel", kernel()},
          {"load_average_at_start", load_average()},
          {"favorhook", FAVORHOOK_VERSION},
          {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
          {"sqlite", sqlite3_libversion()},
          {"boost", BOOST_LIB_VERSION},
          {"compiler", __VERSION__}};
}

}  // namespace favorhook::bench
