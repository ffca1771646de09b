// Private to net/: what kind of network an address belongs to, by the IANA special-purpose address
// registries (RFC 6890 and its successors).
//
//   if (judge_network(address).reach == Reach::never) …
//
// An address that carries an IPv4 address for a translator (NAT64, 6to4) is judged by that address.
// A translator under a prefix of its own (RFC 6052 §2.2) looks like any public address: in a
// network that has one, its firewall must keep it from private addresses. Pure function.
#pragma once

#include <string_view>

#include "net/egress.h"

namespace favorhook::net {

enum class Reach {
  public_net,  // globally reachable unicast
  local,       // this machine, or a private network
  special,     // reserved, documentation, benchmarks, tunnels: nobody's receiver
  never,       // link-local, metadata services, multicast: no setting opens these
};

struct NetworkKind {
  Reach reach = Reach::public_net;
  std::string_view name;  // in words
};

NetworkKind judge_network(const IpAddress& address);

}  // namespace favorhook::net
