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
  while (handled_ < 2) std::this_thread::sleep_for(1ms);
  const auto start = std::chrono::steady_clock::now();
  std::thread drain([this] { server_->drain(5s); });
  EXPECT_EQ(idle.read_to_end(), "") << "closed by the drain, which has begun then";
  answer_kept("late");
  drain.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s);
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
  std::thread drain([this] { server_->drain(5s); });
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
  std::atomic<bool> drained = false;
  std::thread drain([&] {
    server_->drain(5s);
    drained = true;
  });
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(drained);
  release.set_value();
  drain.join();
}

TEST_F(HttpServerTest, DrainCutsWhatDoesNotEnd) {
  start();
  RawClient hung(port());
  hung.send(get("/keep"));
  RawClient half(port());
  half.send("GET /a HT");
  while (handled_ < 1) std::this_thread::sleep_for(1ms);
  const auto start = std::chrono::steady_clock::now();
  server_->drain(200ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(hung.read_to_end(), "");
  answer_kept("too late, and dropped");
}

TEST_F(HttpServerTest, LoopsMayStopWithConnectionsOpen) {
  start();
  RawClient hung(port());
  hung.send(get("/keep"));
  RawClient idle(port());
  while (handled_ < 1) std::this_thread::sleep_for(1ms);
  loops_.stop();
}

}  // namespace
}  // namespace favorhook::net
