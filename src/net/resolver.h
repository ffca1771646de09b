// Private to net/: names to addresses by c-ares on a loop, /etc/hosts first.
//
//   resolver.resolve("shop.example", [](Result<std::vector<IpAddress>> addresses) { … });
//
// localhost and *.localhost are answered without DNS (RFC 6761 §6.3). Questions for the same name
// at the same time are asked once. Answers alternate between IPv4 and IPv6, at most kAddressesMax.
// Thread safety: the loop's thread only; it is destroyed after the loop has stopped, and then
// answers what is open with an error. Nothing is cached.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/egress.h"
#include "net/native.h"

namespace favorhook::net {

class Resolver {
 public:
  using Done = std::move_only_function<void(const Result<std::vector<IpAddress>>&)>;

  // Servers as "127.0.0.1:5353,[::1]:53"; empty: the system's.
  Resolver(Loop::Native& loop, std::string servers);
  ~Resolver();
  // `done` may run inside this call.
  void resolve(const std::string& name, Done done);

 private:
  struct Channel;
  std::unique_ptr<Channel> channel_;
};

}  // namespace favorhook::net
