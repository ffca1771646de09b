// Private to net/: one POST, from the URL to its PostResult. Its run() reads as the list of its
// steps.
//
// What exchanges of a loop share is the Pool. Thread safety: the loop's thread only.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/transport.h"
#include "net/http_transport.h"
#include "net/idle_connections.h"
#include "net/native.h"
#include "net/resolver.h"
#include "net/targets.h"

namespace favorhook::net {

struct Pool {
  Loop::Native& loop;
  const Egress& egress;
  TlsContextPtr tls;
  std::unique_ptr<Resolver> resolver;
  IdleConnections idle;
  Targets targets{};
};

class Exchange {
 public:
  using Done = std::move_only_function<void(PostResult)>;
  Exchange(std::shared_ptr<Pool> pool, PostOrder order, Done done);

  static Work<void> run(std::unique_ptr<Exchange> self);

 private:
  Work<bool> attempt();
  Work<bool> connect();
  Work<bool> resolve();
  Work<bool> resolve_name();
  Work<bool> try_address(IpAddress address, MonotonicTime until);
  Work<bool> shake_hands();
  Work<bool> send();
  Work<bool> receive();

  bool find_target();
  std::optional<Connection> idle_connection();
  bool judge_addresses();
  void keep_or_close(bool whole, bool leftover);
  bool fail_with(PostEnd end, std::string detail);
  bool fail_with(const Io& io, std::string_view phase);
  Micros since(MonotonicTime start) const;

  std::shared_ptr<Pool> pool_;
  PostOrder order_;
  Done done_;
  MonotonicTime started_;
  MonotonicTime deadline_;
  std::shared_ptr<const Target> target_;
  std::vector<IpAddress> addresses_;
  std::string refused_;          // why the egress policy refused the last refused address
  std::string connect_failure_;  // why the last address could not be connected to
  Connection connection_;
  PostResult result_;
  std::array<char, limits::kAnswerReadBytes> room_;  // what is read comes here first
};

}  // namespace favorhook::net
