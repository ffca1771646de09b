#include "net/url.h"

#include <gtest/gtest.h>

namespace favorhook::net {
namespace {

TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTPS://Shop.Example:8443/a/../b?x=%41&y#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "shop.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/../b?x=%41&y");
  EXPECT_TRUE(url->has_query);
  EXPECT_TRUE(url->has_fragment);
  EXPECT_FALSE(url->host_is_address);
}

TEST(Url, DefaultsFollowTheScheme) {
  const auto https = parse_url("https://pay.weixin.qq.com");
  ASSERT_TRUE(https);
  EXPECT_EQ(https->port, 443);
  EXPECT_EQ(https->target, "/");
  EXPECT_FALSE(https->has_query);
  EXPECT_FALSE(https->has_fragment);
  EXPECT_EQ(parse_url("http://a.example")->port, 80);
}

TEST(Url, SeesAnEmptyQueryAndAnEmptyFragment) {
  EXPECT_TRUE(parse_url("https://a.example/?")->has_query);
  EXPECT_TRUE(parse_url("https://a.example?")->has_query);
  EXPECT_EQ(parse_url("https://a.example?")->target, "/?");
  EXPECT_TRUE(parse_url("https://a.example/#")->has_fragment);
  EXPECT_TRUE(parse_url("https://a.example#")->has_fragment);
  const auto both = parse_url("https://a.example/#?");
  EXPECT_TRUE(both->has_fragment);
  EXPECT_FALSE(both->has_query) << "a question mark within a fragment is no query";
}

TEST(Url, WritesAddressesInOneForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"https://127.1/", "127.0.0.1"},
      {"https://0x7f.1/", "127.0.0.1"},
      {"https://0177.0.0.1/", "127.0.0.1"},
      {"https://2130706433/", "127.0.0.1"},
      {"https://2852039166/latest", "169.254.169.254"},
      {"https://[::ffff:127.0.0.1]/", "127.0.0.1"},
      {"https://[::FFFF:7f00:1]/", "127.0.0.1"},
      {"https://[0:0:0:0:0:0:0:1]:444/", "::1"},
  };
  for (const auto& [text, host] : cases) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->host, host) << text;
    EXPECT_TRUE(url->host_is_address) << text;
  }
}

TEST(Url, RefusesWhatReadersDisagreeOn) {
  const char* const hostile[] = {"",
                                 "a.example",
                                 "//a.example/",
                                 "/path",
                                 "https",
                                 "https:",
                                 "https:/a.example",
                                 "https://",
                                 "https:///a.example",
                                 "https://?x",
                                 "https://#",
                                 "https:a.example",
                                 "ftp://a.example/",
                                 "javascript://a.example/",
                                 " https://a.example/",
                                 "https://a.example/ ",
                                 "https://a.example/\n",
                                 "https://a.example/\t",
                                 "https://a .example/",
                                 "https://user@a.example/",
                                 "https://user:secret@a.example/",
                                 "https://@a.example/",
                                 "https://a@b@c.example/",
                                 "https://a.example\\@b.example/",
                                 "https://a.example\\b",
                                 "https://a.example:0/",
                                 "https://a.example:/",
                                 "https://a.example:65536/",
                                 "https://a.example:99999999999/",
                                 "https://a.example:-1/",
                                 "https://a.example:+1/",
                                 "https://a.example:80:90/",
                                 "https://a.example:8o/",
                                 "https://a..b/",
                                 "https://.a.example/",
                                 "https://a.example./",
                                 "https://./",
                                 "https://localhost./",
                                 "https://127.0.0.1./",
                                 "https://127%2e0%2e0%2e1/",
                                 "https://%6cocalhost/",
                                 "https://256.256.256.256/",
                                 "https://1.2.3.4.5/",
                                 "https://0x/",
                                 "https://a.0x7f/",
                                 "https://4294967296/",
                                 "https://[::1/",
                                 "https://::1/",
                                 "https://[]/",
                                 "https://[::1]a/",
                                 "https://[fe80::1%25eth0]/",
                                 "https://[v1.a]/",
                                 "https://a.example,b/",
                                 "https://a*b.example/",
                                 "https://a'b.example/",
                                 "https://\xef\xbc\x91.example/",
                                 "https://a.example/\xe4\xb8\xad",
                                 "https://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1/",
                                 "https://a.example/\x7f",
                                 "https://https://a.example/"};
  for (const char* text : hostile) {
    const auto url = parse_url(text);
    EXPECT_FALSE(url) << text << " became host " << url->host;
  }
  EXPECT_FALSE(parse_url(std::string_view("https://a.example/\0", 19)));
  EXPECT_FALSE(parse_url("https://" + std::string(64, 'a') + ".example/"));
  EXPECT_TRUE(parse_url("https://" + std::string(63, 'a') + ".example/"));
}

TEST(Port, IsOneToFiveDigits) {
  EXPECT_EQ(read_port("1"), 1);
  EXPECT_EQ(read_port("00443"), 443);
  EXPECT_EQ(read_port("65535"), 65535);
  for (const char* text : {"", "0", "00000", "65536", "000443", "+1", "-1", " 1", "1 ", "1a"}) {
    EXPECT_EQ(read_port(text), std::nullopt) << text;
  }
}

TEST(Url, SaysWhatIsWrong) {
  EXPECT_EQ(parse_url("https://a@b.example/").error().what, "the URL holds a user name");
  EXPECT_EQ(take_apart("https://a.example:0/").error().chinese, "URL的端口不合法");
}

}  // namespace
}  // namespace favorhook::net
