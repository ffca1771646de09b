// A request's way: when it is answered, what is counted, what happens when the store cannot.
#include "gateway/intake.h"

#include <gtest/gtest.h>

#include "gateway/command_work.h"
#include "gateway/test_world.h"

namespace favorhook::gateway {
namespace {

const std::string kSetOwn = R"({"notify_url":"https://pay.weixin.qq.com"})";

TEST(IntakeTest, AChangeIsAnsweredOnlyAfterItsCommit) {
  World world;
  const auto answer = world.start(world.request("POST", kCallbacks, kSetOwn));
  world.executor.drain();
  EXPECT_FALSE(*answer);
  EXPECT_EQ((*world.start(world.request("GET", kCallbacks)))->status, 404);
  world.commit();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->status, 200);
  EXPECT_EQ(world.get(kCallbacks).status, 200);
}

TEST(IntakeTest, AReadIsAnsweredAtOnce) {
  World world;
  EXPECT_TRUE(*world.start(world.request("GET", kCallbacks)));
}

TEST(IntakeTest, WhatIsCounted) {
  World world;
  world.clocks.monotonic_now += std::chrono::seconds(1);
  const auto answer = world.start(world.request("POST", kCallbacks, kSetOwn));
  world.clocks.monotonic_now += std::chrono::milliseconds(40);
  world.commit();
  EXPECT_NEAR(world.metrics.request_seconds.sum_seconds(), 0.04, 1e-6);

  world.get(kCallbacks);
  world.get("/none");
  world.get(kCallbacks, {.seconds_off = 400});
  world.get(kCallbacks + "?mchid=1");
  EXPECT_EQ(world.metrics.requests[2].value(), 2u);
  EXPECT_EQ(world.metrics.requests[4].value(), 3u);
  EXPECT_EQ(world.metrics.authentication_failures.value(), 1u);
  EXPECT_EQ(world.metrics.signatures.value(), 3u);
}

TEST(IntakeTest, AQueueThatTakesNoMoreIsASigned503) {
  World world;
  world.queue->stop();
  const auto answer = world.start(world.request("POST", kCallbacks, kSetOwn));
  ASSERT_TRUE(*answer);  // at once, not when a batch comes
  EXPECT_EQ((*answer)->status, 503);
  EXPECT_EQ((*answer)->body, R"({"code":"SERVICE_UNAVAILABLE","message":"服务不可用"})");
  EXPECT_TRUE(world.signed_with(**answer, world.newest_certificate()));
}

TEST(IntakeTest, ACommitThatFailsIsASystemError) {
  QueuedExecutor executor;
  std::optional<coupon::Decision> decision;
  CommandWork work(coupon::SetCallback{}, executor,
                   [&](coupon::Decision got) { decision = std::move(got); });
  work.failed(Error{"the disk is full"});
  EXPECT_FALSE(decision);  // not on the writer's thread
  executor.drain();
  ASSERT_TRUE(decision && !*decision);
  EXPECT_EQ(decision->error().id, apiv3::ErrorId::system_error);
}

TEST(IntakeTest, ARequestThatWaitsIsSignedAfterItsKeyWasReplaced) {
  World world;
  const coupon::PlatformKey key = world.newest_certificate();
  const auto answer = world.start(world.request("POST", kCallbacks, kSetOwn));
  std::erase_if(world.platform_keys,
                [&](const coupon::PlatformKey& each) { return each.serial == key.serial; });
  world.publish();
  world.get(kCallbacks);  // the gateway has seen the new directory
  world.commit();
  EXPECT_TRUE(world.signed_with(**answer, key));
}

TEST(IntakeTest, AWaitingRequestOutlivesItsGateway) {
  World world;
  const auto answer = world.start(world.request("POST", kCallbacks, kSetOwn));
  world.gateway.reset();
  world.commit();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->status, 200);
}

TEST(RoutesTest, EveryRouteIsFoundUnderItsOwnMethodOnly) {
  for (const Route& route : routes()) {
    std::string path(route.pattern);
    if (const auto open = path.find('{'); open != std::string::npos) path.replace(open, 99, "x1");
    const auto match = find_route(route.method, path);
    ASSERT_TRUE(match) << path;
    EXPECT_EQ(match->route, &route);
    EXPECT_EQ(match->parameter, path.ends_with("x1") ? "x1" : "");
    EXPECT_EQ(find_route("PATCH", path).error().id, apiv3::ErrorId::method_not_allowed);
    EXPECT_EQ(find_route(route.method, path + "/").error().id, apiv3::ErrorId::path_unknown);
    EXPECT_EQ(find_route(route.method, "/prefix" + path).error().id, apiv3::ErrorId::path_unknown);
  }
}

}  // namespace
}  // namespace favorhook::gateway
