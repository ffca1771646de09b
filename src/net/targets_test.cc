#include "net/targets.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace favorhook::net {
namespace {

TEST(Targets, WorksOutAUrlOnce) {
  Targets targets;
  const auto first = targets.find("https://Shop.example:8443/notify?x=1");
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ((*first)->url.host, "shop.example");
  EXPECT_EQ((*first)->url.port, 8443);
  EXPECT_TRUE(
      (*first)->head.starts_with("POST /notify?x=1 HTTP/1.1\r\nHost: shop.example:8443\r\n"));
  EXPECT_TRUE((*first)->head.ends_with("\r\nContent-Length: "));
  EXPECT_EQ(*targets.find("https://Shop.example:8443/notify?x=1"), *first);
}

TEST(Targets, HostNamesThePortOnlyWhereItIsNotTheUsualOne) {
  Targets targets;
  EXPECT_NE((*targets.find("https://a.example/"))->head.find("\r\nHost: a.example\r\n"),
            std::string::npos);
  EXPECT_NE((*targets.find("https://[::1]:444/"))->head.find("\r\nHost: [::1]:444\r\n"),
            std::string::npos);
}

TEST(Targets, PathsOfOneHostAndPortShareConnections) {
  Targets targets;
  const std::string key = (*targets.find("https://a.example/x"))->key;
  EXPECT_EQ((*targets.find("https://a.example:443/y"))->key, key);
  EXPECT_NE((*targets.find("https://a.example:444/x"))->key, key);
  EXPECT_NE((*targets.find("https://b.example/x"))->key, key);
}

TEST(Targets, RefusesWhatIsNoHttpsUrl) {
  Targets targets;
  EXPECT_FALSE(targets.find("http://a.example/"));
  EXPECT_FALSE(targets.find("https://a@b.example/"));
  EXPECT_FALSE(targets.find("https://a@b.example/")) << "and again";
}

TEST(Targets, ForgetsAtItsBoundAndGoesOn) {
  Targets targets;
  const auto first = *targets.find("https://a.example/");
  for (std::size_t i = 0; i < limits::kTargetsMax; ++i) {
    ASSERT_TRUE(targets.find(fmt::format("https://a.example/{}", i)));
  }
  EXPECT_NE(*targets.find("https://a.example/"), first) << "worked out anew";
}

}  // namespace
}  // namespace favorhook::net
