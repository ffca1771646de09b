#include "net/egress.h"

#include <gtest/gtest.h>

namespace favorhook::net {
namespace {

IpAddress ip(std::string_view text) {
  const auto address = IpAddress::from_text(text);
  EXPECT_TRUE(address) << text;
  return address.value_or(IpAddress{});
}

struct Verdict {
  const char* address;
  bool sandbox, production;  // allowed there
};

constexpr Verdict kVerdicts[] = {
    {"127.0.0.1", true, false},
    {"127.255.255.254", true, false},
    {"10.0.0.0", true, false},
    {"10.255.255.255", true, false},
    {"11.0.0.0", false, true},
    {"9.255.255.255", false, true},
    {"172.15.255.255", false, true},
    {"172.16.0.1", true, false},
    {"172.31.255.255", true, false},
    {"172.32.0.0", false, true},
    {"192.168.0.1", true, false},
    {"192.167.255.255", false, true},
    {"100.64.0.1", true, false},
    {"100.127.255.255", true, false},
    {"100.128.0.0", false, true},
    {"100.100.100.200", false, false},
    {"0.0.0.0", false, false},
    {"0.1.2.3", false, false},
    {"169.254.169.254", false, false},
    {"169.254.0.1", false, false},
    {"168.63.129.16", false, false},
    {"192.0.0.192", false, false},
    {"192.0.2.1", false, false},
    {"198.51.100.1", false, false},
    {"203.0.113.1", false, false},
    {"198.18.0.1", false, false},
    {"198.19.255.255", false, false},
    {"198.20.0.0", false, true},
    {"192.88.99.1", false, false},
    {"224.0.0.1", false, false},
    {"239.255.255.255", false, false},
    {"240.0.0.1", false, false},
    {"255.255.255.255", false, false},
    {"8.8.8.8", false, true},
    {"::", false, false},
    {"::1", true, false},
    {"::2", false, false},
    {"::7f00:1", false, false},
    {"::ffff:127.0.0.1", true, false},
    {"::ffff:8.8.8.8", false, true},
    {"::ffff:169.254.169.254", false, false},
    {"fe80::1", false, false},
    {"fec0::1", false, false},
    {"ff02::1", false, false},
    {"fc00::1", true, false},
    {"fd12:3456::1", true, false},
    {"fd00:ec2::254", false, false},
    {"fd20:ce::254", false, false},
    {"2001:db8::1", false, false},
    {"2001::1", false, false},
    {"2001:2::1", false, false},
    {"3fff::1", false, false},
    {"100::1", false, false},
    {"5f00::1", false, false},
    {"64:ff9b:1::1", false, false},
    {"2001:4860:4860::8888", false, true},
    {"2408:8000::1", false, true},
    {"64:ff9b::8.8.8.8", false, true},
    {"64:ff9b::10.0.0.1", true, false},
    {"64:ff9b::169.254.169.254", false, false},
    {"2002:808:808::1", false, true},
    {"2002:7f00:1::1", true, false},
    {"2002:a9fe:a9fe::1", false, false},
};

TEST(Egress, JudgesEverySpecialNetworkAtItsEdges) {
  const Egress sandbox({.mode = EgressMode::sandbox});
  const Egress production({.mode = EgressMode::production});
  for (const Verdict& verdict : kVerdicts) {
    EXPECT_EQ(!sandbox.refuse_address(ip(verdict.address), 443), verdict.sandbox)
        << verdict.address;
    EXPECT_EQ(!production.refuse_address(ip(verdict.address), 443), verdict.production)
        << verdict.address;
  }
}

TEST(Egress, NetworksOfOnesOwnAddButNeverToTheNever) {
  EgressOptions options{.mode = EgressMode::production};
  for (const char* text :
       {"10.1.0.0/16", "203.0.113.7", "169.254.0.0/16", "fd00:ec2::/32", "::/0"}) {
    options.allowed_networks.push_back(*Network::from_text(text));
  }
  options.allowed_networks.pop_back();
  const Egress egress(options);
  EXPECT_FALSE(egress.refuse_address(ip("10.1.2.3"), 443));
  EXPECT_TRUE(egress.refuse_address(ip("10.2.2.3"), 443));
  EXPECT_FALSE(egress.refuse_address(ip("203.0.113.7"), 443));
  EXPECT_TRUE(egress.refuse_address(ip("203.0.113.8"), 443));
  EXPECT_TRUE(egress.refuse_address(ip("169.254.169.254"), 443));
  EXPECT_TRUE(egress.refuse_address(ip("fd00:ec2::254"), 443));
  options.allowed_networks = {*Network::from_text("::/0")};
  EXPECT_TRUE(Egress(options).refuse_address(ip("169.254.169.254"), 443));
  EXPECT_FALSE(Egress(options).refuse_address(ip("127.0.0.1"), 443));
}

TEST(Egress, PortsCanBeNarrowed) {
  const Egress any({.mode = EgressMode::sandbox});
  EXPECT_TRUE(any.refuse_address(ip("127.0.0.1"), 0));
  EXPECT_FALSE(any.refuse_address(ip("127.0.0.1"), 65535));
  const Egress few({.mode = EgressMode::sandbox, .allowed_ports = {443, 8443}});
  EXPECT_FALSE(few.refuse_address(ip("127.0.0.1"), 8443));
  EXPECT_FALSE(few.host_refused("https://localhost/"));
  EXPECT_TRUE(few.host_refused("https://localhost:22/"));
  EXPECT_EQ(few.refuse_address(ip("127.0.0.1"), 22), "port 22 is not among the allowed ports");
}

TEST(Egress, TheReasonNamesTheAddressAndItsKind) {
  const Egress sandbox({.mode = EgressMode::sandbox});
  EXPECT_EQ(sandbox.refuse_address(ip("8.8.8.8"), 443),
            "8.8.8.8 is public: not allowed in the sandbox");
  EXPECT_EQ(sandbox.refuse_address(ip("::ffff:169.254.169.254"), 443),
            "169.254.169.254 is link-local (and metadata services): never allowed");
}

TEST(Egress, TheTextOfAUrlIsJudgedWithoutDns) {
  const Egress sandbox({.mode = EgressMode::sandbox});
  const Egress production({.mode = EgressMode::production});
  struct Case {
    const char* url;
    bool sandbox, production;  // taken as a notification URL
  };
  const Case cases[] = {
      {"https://pay.weixin.qq.com", true, true},
      {"https://shop.example/notify", true, true},
      {"https://shop.example:8443/notify", true, true},
      {"http://www.tg885.com", false, false},
      {"https://a.example/notify?x=1", false, false},
      {"https://a.example/notify?", false, false},
      {"https://a.example/notify#", false, false},
      {"https://a.example/notify#x", false, false},
      {"https://user@a.example/notify", false, false},
      {"https://a.example\\@b.example/", false, false},
      {"https://localhost:8443/notify", true, false},
      {"https://shop.localhost/notify", true, false},
      {"https://LOCALHOST/notify", true, false},
      {"https://127.0.0.1:8443/notify", true, false},
      {"https://2130706433/", true, false},
      {"https://[::1]/", true, false},
      {"https://10.0.0.1/", true, false},
      {"https://8.8.8.8/", true, true},
      {"https://169.254.169.254/latest", false, false},
      {"https://2852039166/latest", false, false},
      {"https://[::ffff:169.254.169.254]/", false, false},
      {"https://[64:ff9b::a9fe:a9fe]/", false, false},
      {"https://100.100.100.200/", false, false},
      {"https://0.0.0.0/", false, false},
      {"https://[::]/", false, false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(!sandbox.text_fault(one.url), one.sandbox) << one.url;
    EXPECT_EQ(!production.text_fault(one.url), one.production) << one.url;
  }
}

TEST(Egress, TheSandboxSendsToLocalNamesOnly) {
  const Egress sandbox(
      {.mode = EgressMode::sandbox, .allowed_names = {"*.corp.example", "One.Example"}});
  for (const char* url : {"https://localhost/", "https://a.localhost/", "https://receiver/",
                          "https://shop.test/", "https://printer.local/", "https://a.internal/",
                          "https://nas.lan/", "https://tv.home.arpa/", "https://a.corp.example/",
                          "https://one.example/", "https://127.0.0.1/", "https://[fd00::1]/"}) {
    EXPECT_EQ(sandbox.host_refused(url), std::nullopt) << url;
  }
  for (const char* url :
       {"https://pay.weixin.qq.com", "https://corp.example/", "https://two.example/",
        "https://xcorp.example/", "https://localhost.evil.example/", "https://notlocalhost.com/",
        "https://8.8.8.8/", "https://169.254.169.254/", "not a URL"}) {
    EXPECT_TRUE(sandbox.host_refused(url)) << url;
  }
  EXPECT_EQ(sandbox.host_refused("https://pay.weixin.qq.com"),
            "pay.weixin.qq.com is a public name: the sandbox sends nothing to public hosts");
}

TEST(Egress, ProductionLeavesNamesToTheConnect) {
  const Egress production({.mode = EgressMode::production});
  EXPECT_FALSE(production.host_refused("https://pay.weixin.qq.com"));
  EXPECT_FALSE(production.host_refused("https://internal.test/"));
  EXPECT_TRUE(production.host_refused("https://10.0.0.1/"));
}

TEST(Network, IsReadStrictly) {
  EXPECT_EQ(Network::from_text("10.0.0.0/8")->prefix_bits, 104);
  EXPECT_EQ(Network::from_text("10.1.2.3")->prefix_bits, 128);
  EXPECT_EQ(Network::from_text("fd00::/8")->prefix_bits, 8);
  EXPECT_EQ(Network::from_text("0.0.0.0/0")->prefix_bits, 96);
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                           "10.0.0.1/8", "fd00::/129", "10.0.0/8", "a.example", "10.0.0.0/ 8"}) {
    EXPECT_FALSE(Network::from_text(text)) << text;
  }
}

TEST(IpAddress, IsReadAndWrittenInOneForm) {
  EXPECT_EQ(ip("::ffff:1.2.3.4").to_text(), "1.2.3.4");
  EXPECT_EQ(ip("1.2.3.4").to_text(), "1.2.3.4");
  EXPECT_EQ(ip("2001:DB8:0:0::1").to_text(), "2001:db8::1");
  EXPECT_TRUE(ip("1.2.3.4").is_v4());
  EXPECT_FALSE(ip("::1").is_v4());
  for (const char* text :
       {"", "1.2.3", "01.2.3.4", "1.2.3.4 ", "[::1]", "fe80::1%lo", "localhost"}) {
    EXPECT_FALSE(IpAddress::from_text(text)) << text;
  }
}

}  // namespace
}  // namespace favorhook::net
