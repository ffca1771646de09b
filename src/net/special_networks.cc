#include "net/special_networks.h"

#include <vector>

#include "base/check.h"

namespace favorhook::net {
namespace {

struct Row {
  std::string_view network;
  Reach reach;
  std::string_view name;
};

// The first row that contains the address counts, so a single host stands before the network around
// it.
constexpr Row kRows[] = {
    {"100.100.100.200", Reach::never, "a cloud's metadata service"},
    {"168.63.129.16", Reach::never, "a cloud's metadata service"},
    {"169.254.0.0/16", Reach::never, "link-local (and metadata services)"},
    {"fd00:42::42", Reach::never, "a cloud's metadata service"},
    {"fd00:a9fe:a9fe::/48", Reach::never, "a cloud's metadata service"},
    {"fd00:c1::a9fe:a9fe", Reach::never, "a cloud's metadata service"},
    {"fd00:ec2::/64", Reach::never, "a cloud's metadata service"},
    {"fd20:ce::254", Reach::never, "a cloud's metadata service"},
    {"0.0.0.0/8", Reach::never, "\"this network\""},
    {"192.0.0.0/24", Reach::never, "IETF protocol assignments"},
    {"224.0.0.0/4", Reach::never, "multicast"},
    {"240.0.0.0/4", Reach::never, "reserved or broadcast"},
    {"127.0.0.0/8", Reach::local, "loopback"},
    {"10.0.0.0/8", Reach::local, "a private network"},
    {"172.16.0.0/12", Reach::local, "a private network"},
    {"192.168.0.0/16", Reach::local, "a private network"},
    {"100.64.0.0/10", Reach::local, "shared address space of a carrier"},
    {"192.0.2.0/24", Reach::special, "documentation"},
    {"198.51.100.0/24", Reach::special, "documentation"},
    {"203.0.113.0/24", Reach::special, "documentation"},
    {"198.18.0.0/15", Reach::special, "benchmarking"},
    {"192.88.99.0/24", Reach::special, "6to4 relays"},
    {"192.31.196.0/24", Reach::special, "AS112, which answers reverse DNS"},
    {"192.175.48.0/24", Reach::special, "AS112, which answers reverse DNS"},
    {"192.52.193.0/24", Reach::special, "multicast tunnels"},
    {"::", Reach::never, "the unspecified address"},
    {"::1", Reach::local, "loopback"},
    // Each holds an IPv4 address that nobody could judge, behind a translator or a tunnel.
    {"::/96", Reach::never, "an IPv4-compatible address"},
    {"::ffff:0:0:0/96", Reach::never, "an IPv4-translated address"},
    {"64:ff9b:1::/48", Reach::never, "a translator's own network"},
    {"2001::/32", Reach::never, "Teredo"},
    {"fe80::/10", Reach::never, "link-local"},
    {"fec0::/10", Reach::never, "site-local"},
    {"ff00::/8", Reach::never, "multicast"},
    {"fc00::/7", Reach::local, "a private network"},
    {"2001:db8::/32", Reach::special, "documentation"},
    {"3fff::/20", Reach::special, "documentation"},
    {"2001::/23", Reach::special, "IETF protocol assignments"},
    {"2620:4f:8000::/48", Reach::special, "AS112, which answers reverse DNS"},
    {"100::/64", Reach::special, "discarded"},
    {"100:0:0:1::/64", Reach::special, "a dummy"},
    {"5f00::/16", Reach::special, "segment routing"},
};

struct Special {
  Network network;
  Reach reach;
  std::string_view name;
};

Network read(std::string_view text) {
  const Result<Network> network = Network::from_text(text);
  CHECK(network.has_value());
  return *network;
}

const std::vector<Special>& specials() {
  static const std::vector<Special> all = [] {
    std::vector<Special> made;
    for (const Row& row : kRows) made.push_back({read(row.network), row.reach, row.name});
    return made;
  }();
  return all;
}

IpAddress embedded(const IpAddress& address, std::size_t at) {
  return IpAddress::v4(std::span(address.bytes).subspan(at).first<4>());
}

}  // namespace

NetworkKind judge_network(const IpAddress& address) {
  static const Network nat64 = read("64:ff9b::/96");
  static const Network six_to_four = read("2002::/16");
  static const Network global_unicast = read("2000::/3");
  if (nat64.contains(address)) return judge_network(embedded(address, 12));
  if (six_to_four.contains(address)) return judge_network(embedded(address, 2));
  for (const Special& special : specials()) {
    if (special.network.contains(address)) return {special.reach, special.name};
  }
  if (address.is_v4() || global_unicast.contains(address)) return {Reach::public_net, "public"};
  return {Reach::special, "outside global unicast"};
}

}  // namespace favorhook::net
