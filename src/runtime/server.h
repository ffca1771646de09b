// The wiring of a running node: store, commit queue, dispatcher, loops, listeners.
//
//   Result<std::unique_ptr<Server>> server = Server::start(config);
//   … wait for a signal …
//   server->stop();   // drains requests, ends deliveries in work, commits what is known
//
// Thread safety: start and stop on one thread. Errors: what could not be opened, in words; a held
// store says who holds it.
#pragma once

#include <memory>
#include <string>

#include "runtime/config.h"

namespace favorhook::runtime {

struct ServerInfo {
  std::string listen, tls_listen, admin_listen;  // address:port as bound
  bool sandbox = true;
  std::string data_dir;
};

class Server {
 public:
  virtual ~Server() = default;
  static Result<std::unique_ptr<Server>> start(const Config& config);
  virtual const ServerInfo& info() const = 0;
  virtual void stop() = 0;
};

}  // namespace favorhook::runtime
