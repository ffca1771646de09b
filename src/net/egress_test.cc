#include "net/egress.h"

#include <gtest/gtest.h>

namespace favorhook::net {
namespace {

IpAddress ip(std::string_view text) {
  const auto address = IpAddress::from_text(text);
  EXPECT_TRUE(address) << text;
  return address.value_or(IpAddress{});
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

TEST(Egress, PortsAreAllInASandboxAndTwoInProduction) {
  const Egress sandbox({.mode = EgressMode::sandbox});
  EXPECT_TRUE(sandbox.refuse_address(ip("127.0.0.1"), 0));
  EXPECT_FALSE(sandbox.refuse_address(ip("127.0.0.1"), 1));
  EXPECT_FALSE(sandbox.refuse_address(ip("127.0.0.1"), 65535));
  const Egress production({.mode = EgressMode::production});
  for (const int port : {443, 8443}) {
    EXPECT_FALSE(production.refuse_address(ip("8.8.8.8"), std::uint16_t(port))) << port;
  }
  for (const int port : {0, 1, 22, 25, 80, 442, 444, 3306, 6379, 8080, 8442, 8444, 65535}) {
    EXPECT_TRUE(production.refuse_address(ip("8.8.8.8"), std::uint16_t(port))) << port;
  }
  EXPECT_TRUE(production.text_fault("https://shop.example:22/"));
  EXPECT_TRUE(production.host_refused("https://shop.example:22/"));
  EXPECT_FALSE(production.text_fault("https://shop.example:8443/"));
}

TEST(Egress, PortsOfOnesOwnTakeThePlaceOfTheModes) {
  const Egress few({.mode = EgressMode::sandbox, .allowed_ports = {{443, 443}, {8000, 8002}}});
  for (const int port : {443, 8000, 8001, 8002}) {
    EXPECT_FALSE(few.refuse_address(ip("127.0.0.1"), std::uint16_t(port))) << port;
  }
  for (const int port : {442, 444, 7999, 8003}) {
    EXPECT_TRUE(few.refuse_address(ip("127.0.0.1"), std::uint16_t(port))) << port;
  }
  EXPECT_FALSE(few.host_refused("https://localhost/"));
  EXPECT_TRUE(few.host_refused("https://localhost:22/"));
  EXPECT_EQ(few.refuse_address(ip("127.0.0.1"), 22), "port 22 is not among the allowed ports");
}

TEST(PortRange, IsReadStrictly) {
  EXPECT_EQ(*PortRange::from_text("443"), (PortRange{443, 443}));
  EXPECT_EQ(*PortRange::from_text("1-65535"), (PortRange{1, 65535}));
  EXPECT_EQ(*PortRange::from_text("80-80"), (PortRange{80, 80}));
  for (const char* text : {"", "0", "65536", "-1", "443-", "-", "9-8", "0-5", "1-65536", "a", "80a",
                           "80 - 81", "1-2-3", "+80"}) {
    EXPECT_FALSE(PortRange::from_text(text)) << text;
  }
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
