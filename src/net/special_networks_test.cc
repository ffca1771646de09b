// The whole of the IANA IPv4 and IPv6 special-purpose address registries against the egress policy:
// each block at its edges and just outside, and each IPv4 block again inside the IPv6 addresses
// that carry one.
#include "net/special_networks.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace favorhook::net {
namespace {

struct Block {
  const char* network;
  Reach reach;
  const char* source;
};

constexpr Reach kPublic = Reach::public_net;
constexpr Reach kLocal = Reach::local;
constexpr Reach kSpecial = Reach::special;
constexpr Reach kNever = Reach::never;

// Blocks inside blocks are rows of their own, as in the registries; the longest prefix counts.
constexpr Block kIpv4[] = {
    {"0.0.0.0/0", kPublic, "the rest"},
    {"0.0.0.0/8", kNever, "This network, RFC 791"},
    {"0.0.0.0/32", kNever, "This host on this network, RFC 1122"},
    {"10.0.0.0/8", kLocal, "Private-Use, RFC 1918"},
    {"100.64.0.0/10", kLocal, "Shared Address Space, RFC 6598"},
    {"100.100.100.200/32", kNever, "metadata of Alibaba Cloud"},
    {"127.0.0.0/8", kLocal, "Loopback, RFC 1122"},
    {"168.63.129.16/32", kNever, "metadata of Azure"},
    {"169.254.0.0/16", kNever, "Link Local, RFC 3927"},
    {"169.254.169.254/32", kNever, "metadata of most clouds"},
    {"169.254.170.2/32", kNever, "metadata of AWS's containers"},
    {"169.254.0.23/32", kNever, "metadata of Tencent Cloud"},
    {"169.254.42.42/32", kNever, "metadata of Scaleway"},
    {"172.16.0.0/12", kLocal, "Private-Use, RFC 1918"},
    {"192.0.0.0/24", kNever, "IETF Protocol Assignments, RFC 6890"},
    {"192.0.0.0/29", kNever, "IPv4 Service Continuity Prefix, RFC 7335"},
    {"192.0.0.8/32", kNever, "IPv4 dummy address, RFC 7600"},
    {"192.0.0.9/32", kNever, "Port Control Protocol Anycast, RFC 7723"},
    {"192.0.0.10/32", kNever, "TURN Anycast, RFC 8155"},
    {"192.0.0.170/32", kNever, "NAT64/DNS64 Discovery, RFC 8880"},
    {"192.0.0.171/32", kNever, "NAT64/DNS64 Discovery, RFC 8880"},
    {"192.0.0.192/32", kNever, "metadata of Oracle Cloud"},
    {"192.0.2.0/24", kSpecial, "TEST-NET-1, RFC 5737"},
    {"192.31.196.0/24", kSpecial, "AS112-v4, RFC 7535"},
    {"192.52.193.0/24", kSpecial, "AMT, RFC 7450"},
    {"192.88.99.0/24", kSpecial, "6to4 Relay Anycast, RFC 7526"},
    {"192.168.0.0/16", kLocal, "Private-Use, RFC 1918"},
    {"192.175.48.0/24", kSpecial, "Direct Delegation AS112 Service, RFC 7534"},
    {"198.18.0.0/15", kSpecial, "Benchmarking, RFC 2544"},
    {"198.51.100.0/24", kSpecial, "TEST-NET-2, RFC 5737"},
    {"203.0.113.0/24", kSpecial, "TEST-NET-3, RFC 5737"},
    {"224.0.0.0/4", kNever, "Multicast, RFC 5771"},
    {"240.0.0.0/4", kNever, "Reserved, RFC 1112"},
    {"255.255.255.255/32", kNever, "Limited Broadcast, RFC 919"},
};

constexpr Block kIpv6[] = {
    {"::/0", kSpecial, "not given to anybody"},
    {"2000::/3", kPublic, "Global Unicast, RFC 4291"},
    {"::/96", kNever, "IPv4-compatible, RFC 4291"},
    {"::/128", kNever, "Unspecified Address, RFC 4291"},
    {"::1/128", kLocal, "Loopback Address, RFC 4291"},
    {"::ffff:0:0:0/96", kNever, "IPv4-translated, RFC 2765"},
    {"64:ff9b:1::/48", kNever, "IPv4-IPv6 Translat., RFC 8215"},
    {"100::/64", kSpecial, "Discard-Only Address Block, RFC 6666"},
    {"100:0:0:1::/64", kSpecial, "Dummy IPv6 Prefix, RFC 9780"},
    {"2001::/23", kSpecial, "IETF Protocol Assignments, RFC 2928"},
    {"2001::/32", kNever, "TEREDO, RFC 4380"},
    {"2001:1::1/128", kSpecial, "Port Control Protocol Anycast, RFC 7723"},
    {"2001:1::2/128", kSpecial, "TURN Anycast, RFC 8155"},
    {"2001:1::3/128", kSpecial, "DNS-SD Service Registration Protocol Anycast, RFC 9665"},
    {"2001:2::/48", kSpecial, "Benchmarking, RFC 5180"},
    {"2001:3::/32", kSpecial, "AMT, RFC 7450"},
    {"2001:4:112::/48", kSpecial, "AS112-v6, RFC 7535"},
    {"2001:10::/28", kSpecial, "Deprecated ORCHID, RFC 4843"},
    {"2001:20::/28", kSpecial, "ORCHIDv2, RFC 7343"},
    {"2001:30::/28", kSpecial, "Drone Remote ID, RFC 9374"},
    {"2001:db8::/32", kSpecial, "Documentation, RFC 3849"},
    {"2620:4f:8000::/48", kSpecial, "Direct Delegation AS112 Service, RFC 7534"},
    {"3fff::/20", kSpecial, "Documentation, RFC 9637"},
    {"5f00::/16", kSpecial, "Segment Routing SIDs, RFC 9602"},
    {"fc00::/7", kLocal, "Unique-Local, RFC 4193"},
    {"fd00:42::42/128", kNever, "metadata of Scaleway"},
    {"fd00:a9fe:a9fe::/48", kNever, "metadata of Akamai (Linode)"},
    {"fd00:c1::a9fe:a9fe/128", kNever, "metadata of Oracle Cloud"},
    {"fd00:ec2::/64", kNever, "metadata of AWS"},
    {"fd20:ce::254/128", kNever, "metadata of Google Cloud"},
    {"fe80::/10", kNever, "Link-Local Unicast, RFC 4291"},
    {"fe80::a9fe:a9fe/128", kNever, "metadata of OpenStack"},
    {"fec0::/10", kNever, "Site-Local Unicast, RFC 3879"},
    {"ff00::/8", kNever, "Multicast, RFC 4291"},
};

Network network(const char* text) {
  const auto read = Network::from_text(text);
  EXPECT_TRUE(read) << text;
  return read.value_or(Network{});
}

IpAddress last_of(const Network& network) {
  IpAddress last = network.address;
  for (int bit = network.prefix_bits; bit < 128; ++bit) {
    last.bytes[std::size_t(bit / 8)] |= std::uint8_t(0x80U >> unsigned(bit % 8));
  }
  return last;
}

// The address so many after this one (or before it), modulo 2^128.
IpAddress neighbour(IpAddress address, int step) {
  int carry = step;
  for (std::size_t i = 16; i-- > 0 && carry != 0;) {
    const int sum = address.bytes[i] + carry;
    address.bytes[i] = std::uint8_t(sum & 0xff);
    carry = sum < 0 ? -1 : sum >> 8;
  }
  return address;
}

bool carries_ipv4(const IpAddress& address) {
  return address.is_v4() || network("64:ff9b::/96").contains(address) ||
         network("2002::/16").contains(address);
}

template <std::size_t kSize>
Reach longest_match(const Block (&table)[kSize], const IpAddress& address) {
  Reach reach = kPublic;
  int longest = -1;
  for (const Block& block : table) {
    const Network one = network(block.network);
    if (!one.contains(address) || one.prefix_bits <= longest) continue;
    longest = one.prefix_bits;
    reach = block.reach;
  }
  return reach;
}

// What nothing but loopback and private networks, and nothing but public ones, may be sent to; and
// not even an allowed network opens what is never allowed.
void expect_reach(const IpAddress& address, Reach reach, const char* why) {
  static const Egress sandbox({.mode = EgressMode::sandbox});
  static const Egress production({.mode = EgressMode::production});
  static const Egress open({.mode = EgressMode::production, .allowed_networks = {network("::/0")}});
  const std::string text = address.to_text() + " (" + why + ")";
  EXPECT_EQ(!sandbox.refuse_address(address, 443), reach == kLocal) << text;
  EXPECT_EQ(!production.refuse_address(address, 443), reach == kPublic) << text;
  EXPECT_EQ(!open.refuse_address(address, 443), reach != kNever) << text;
}

template <std::size_t kSize, class Check>
void at_the_edges_of(const Block (&table)[kSize], Check check) {
  for (const Block& block : table) {
    const Network one = network(block.network);
    const IpAddress first = one.address;
    const IpAddress last = last_of(one);
    for (const IpAddress& address : {first, neighbour(first, 1), last, neighbour(last, -1),
                                     neighbour(first, -1), neighbour(last, 1)}) {
      check(address, block.source);
    }
  }
}

TEST(SpecialNetworks, EveryIpv4BlockAtItsEdges) {
  int judged = 0;
  at_the_edges_of(kIpv4, [&](const IpAddress& address, const char* why) {
    if (!address.is_v4()) return;
    ++judged;
    expect_reach(address, longest_match(kIpv4, address), why);
  });
  EXPECT_GT(judged, 190);
}

TEST(SpecialNetworks, EveryIpv6BlockAtItsEdges) {
  int judged = 0;
  at_the_edges_of(kIpv6, [&](const IpAddress& address, const char* why) {
    if (carries_ipv4(address)) return;
    ++judged;
    expect_reach(address, longest_match(kIpv6, address), why);
  });
  EXPECT_GT(judged, 190);
}

// An IPv4 address inside an IPv6 one: at byte `at` of a prefix, and as it is or inverted.
struct Embedding {
  const char* name;
  const char* prefix;
  std::size_t at;
  bool judged_inside;  // else never, whatever is inside
  std::uint8_t mask = 0;
};
constexpr Embedding kEmbeddings[] = {
    {"IPv4-mapped, RFC 4291", "::ffff:0:0", 12, true},
    {"NAT64's well-known prefix, RFC 6052", "64:ff9b::", 12, true},
    {"6to4, RFC 3056", "2002::", 2, true},
    {"NAT64's local prefix, RFC 8215", "64:ff9b:1::", 12, false},
    {"IPv4-translated, RFC 2765", "::ffff:0:0:0", 12, false},
    {"Teredo's server, RFC 4380", "2001::", 4, false},
    {"Teredo's client, RFC 4380", "2001::", 12, false, 0xff},
};

TEST(SpecialNetworks, AnIpv4AddressInsideAnIpv6OneIsNoWayAround) {
  for (const Embedding& embedding : kEmbeddings) {
    at_the_edges_of(kIpv4, [&](const IpAddress& inner, const char*) {
      if (!inner.is_v4()) return;
      IpAddress outer = *IpAddress::from_text(embedding.prefix);
      for (std::size_t i = 0; i < 4; ++i) {
        outer.bytes[embedding.at + i] = inner.bytes[12 + i] ^ embedding.mask;
      }
      const Reach inside = longest_match(kIpv4, inner);
      expect_reach(outer, embedding.judged_inside ? inside : kNever, embedding.name);
    });
  }
}

// Whatever surrounds them, a translator included.
TEST(SpecialNetworks, An6to4AddressIsJudgedByItsRouterWhateverFollows) {
  expect_reach(*IpAddress::from_text("2002:a9fe:a9fe:1:2:3:4:5"), kNever, "6to4");
  expect_reach(*IpAddress::from_text("2002:808:808:ffff::ffff"), kPublic, "6to4");
}

// IPv4-compatible addresses begin with two that are something else: :: and ::1.
TEST(SpecialNetworks, AnIpv4CompatibleAddressIsNeverAllowed) {
  for (const char* text : {"::127.0.0.1", "::10.0.0.1", "::169.254.169.254", "::8.8.8.8", "::2"}) {
    expect_reach(*IpAddress::from_text(text), kNever, "IPv4-compatible");
  }
}

TEST(SpecialNetworks, OrdinaryAddressesArePublic) {
  for (const char* text : {"1.1.1.1", "8.8.8.8", "101.226.103.1", "203.205.219.128", "223.5.5.5",
                           "2001:4860:4860::8888", "2408:8000::1", "2400:3200::1", "2a00::1"}) {
    expect_reach(*IpAddress::from_text(text), kPublic, "ordinary");
  }
}

}  // namespace
}  // namespace favorhook::net
