// The load generator: connections that send requests made beforehand and read the answers, all on
// one thread.
//
//   Load load(or_exit(Load::connect({.port = port, .connections = 64})));
//   const std::vector<CallTimes> times = load.run(requests, {.count = 4000});
//
// Closed loop: each connection sends its next request when the answer to the last has come. With a
// rate each request has a time at which it is due and is sent by whichever connection is free then.
// Thread safety: one thread calls. Errors: connections that cannot be made; a connection that
// breaks later leaves its request with status 0.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/tls.h"

namespace favorhook::bench {

struct LoadTarget {
  std::uint16_t port = 0;
  std::size_t connections = 1;
  net::TlsContextPtr tls{};  // null: plain
};

struct LoadPlan {
  std::size_t count = 0;  // the requests are begun anew where there are fewer
  double per_second = 0;  // 0: closed loop
};

struct CallTimes {
  std::int64_t due_ns = 0;  // with a rate; else when it was sent
  std::int64_t sent_ns = 0;
  std::int64_t answered_ns = 0;
  int status = 0;
};

class Load {
 public:
  static Result<Load> connect(const LoadTarget& target);
  Load(Load&&) noexcept;
  ~Load();
  std::vector<CallTimes> run(std::span<const std::string> requests, const LoadPlan& plan);

 private:
  struct Inside;
  explicit Load(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace favorhook::bench
