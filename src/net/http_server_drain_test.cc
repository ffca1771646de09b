// How a server ends: what is in work is answered, what is idle is closed, what hangs is cut.
#include <gmock/gmock.h>

#include "net/testing_server.h"

namespace favorhook::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST_F(HttpServerTest, DrainClosesIdleConnectionsAndLetsWorkEnd) {
  start();
  RawClient idle(port());
  idle.send(get("/a"));
  idle.read_answer();
  RawClient busy(port());
  busy.send(get("/keep"));
  ASSERT_TRUE(handled_become(2));
  auto drained = std::async(std::launch::async, [this] { return drain_ends(); });
  EXPECT_EQ(idle.read_to_end(), "") << "closed by the drain, which has begun then";
  answer_kept("late");
  EXPECT_TRUE(drained.get()) << "it ends with the work";
  EXPECT_EQ(server_->connections(), 0U);
  const std::string answer = busy.read_to_end();
  EXPECT_THAT(answer, EndsWith("late"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, DrainAnswersWhatHadArrivedButWasNotRead) {
  start();
  const auto client = client_of(0);
  const auto idle = client_of(1);
  std::promise<void> release = keep_busy({0});
  client->send(get("/b"));
  std::thread drain([this] { server_->drain(kTestPatience); });
  EXPECT_EQ(idle->read_to_end(), "") << "closed by the drain, which has begun then";
  release.set_value();
  const std::string answer = client->read_to_end();
  drain.join();
  EXPECT_THAT(answer, EndsWith("/b|"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(server_->connections(), 0U);
}

// Without a connection there is nothing to wait for but the loops: whoever stops them next would
// leave a port open that nobody answers at.
TEST_F(HttpServerTest, DrainWaitsUntilNobodyAccepts) {
  start();
  std::promise<void> release = keep_busy({0, 1});
  const Millis at_most = 100ms;
  const auto start = std::chrono::steady_clock::now();
  server_->drain(at_most);
  EXPECT_GE(std::chrono::steady_clock::now() - start, at_most);
  release.set_value();
  EXPECT_TRUE(drain_ends());
}

TEST_F(HttpServerTest, DrainCutsWhatDoesNotEnd) {
  start();
  RawClient hung(port());
  hung.send(get("/keep"));
  RawClient half(port());
  half.send("GET /a HT");
  ASSERT_TRUE(handled_become(1));
  server_->drain(200ms);
  EXPECT_TRUE(connections_become(0));
  EXPECT_EQ(hung.read_to_end(), "");
  answer_kept("too late, and dropped");
}

TEST_F(HttpServerTest, LoopsMayStopWithConnectionsOpen) {
  start();
  RawClient hung(port());
  hung.send(get("/keep"));
  RawClient idle(port());
  ASSERT_TRUE(handled_become(1));
  loops_.stop();
}

}  // namespace
}  // namespace favorhook::net
