// The server under test, a process of its own, and the commands of the same program that prepare
// it.
//
//   Server server = or_exit(Server::start({.program = "build/release/favorhook", .data = dir}));
//   server.run({"merchant", "add", "--mchid", "1900000001", "--name", "bench"});
//   server.cpu_seconds(), server.rss_bytes(), server.metrics()["favorhook_batches_total"]
//
// Thread safety: one thread. Ownership: the destructor ends the process. Errors: a server that does
// not come up, a command that fails, with what it said.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace favorhook::bench {

using Series = std::map<std::string, double>;  // by name and labels, as they are scraped

class Server {
 public:
  struct Options {
    std::string program;
    std::string data;
  };
  static Result<Server> start(Options options);
  Server(Server&& other) noexcept;
  Server& operator=(Server&& other) noexcept;
  ~Server();
  // SIGTERM, and waits.
  void stop();

  // A command on this server's data; its output.
  std::string run(std::vector<std::string> arguments) const;
  Series metrics() const;
  double cpu_seconds() const;
  std::int64_t rss_bytes() const;
  const std::string& data() const { return options_.data; }
  const Options& options() const { return options_; }
  pid_t pid() const { return pid_; }
  std::uint16_t port() const { return port_; }
  std::uint16_t tls_port() const { return tls_port_; }

 private:
  Server() = default;
  Options options_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0, tls_port_ = 0, admin_port_ = 0;
};

}  // namespace favorhook::bench
