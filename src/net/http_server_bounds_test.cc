// What a server bounds: the time of each phase, connections, descriptors.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/testing_server.h"

namespace favorhook::net {
namespace {

// So late that a test which waits for it has failed before.
constexpr Millis kNever = 2 * kTestPatience;

// One phase at a time has a deadline that comes, so that no other's can be taken for it.
TEST_F(HttpServerTest, EveryPhaseHasADeadline) {
  const Millis deadline = 150ms;
  const std::pair<std::string, SessionLimits> cases[] = {
      {"", {.idle = deadline, .head = kNever, .body = kNever}},
      {"GET /a HTTP/1.1\r\nHo", {.idle = kNever, .head = deadline, .body = kNever}},
      {get("/a", "Content-Length: 9\r\n") + "body",
       {.idle = kNever, .head = kNever, .body = deadline}}};
  for (const auto& [bytes, limits] : cases) {
    start({.limits = limits});
    const auto start = std::chrono::steady_clock::now();
    RawClient client(port());
    client.send(bytes);
    EXPECT_EQ(client.read_to_end(), "") << bytes;
    EXPECT_GE(std::chrono::steady_clock::now() - start, deadline) << bytes;
  }
}

TEST_F(HttpServerTest, AConnectionThatIsIdleAfterAnAnswerHasADeadline) {
  EXPECT_TRUE(with_time_enough([this](Millis deadline) {
    start({.limits = {.idle = deadline}});
    RawClient idle(port());
    idle.send(get("/a"));
    const std::string answer = idle.read_answer();
    if (answer.empty()) return false;
    EXPECT_EQ(body_of(answer), "/a|");
    EXPECT_EQ(idle.read_to_end(), "");
    return true;
  }));
}

TEST_F(HttpServerTest, ADripOfBytesDoesNotExtendTheDeadline) {
  const Millis deadline = 200ms;
  start({.limits = {.idle = kNever, .head = deadline}});
  RawClient client(port());
  ASSERT_TRUE(connections_become(1));
  const auto start = std::chrono::steady_clock::now();
  client.send("GET /");
  // Slowly enough that the bytes of a whole wait are still no head that is too large.
  EXPECT_TRUE(eventually([&] {
    client.send("a");
    std::this_thread::sleep_for(20ms);
    return server_->connections() == 0;
  }));
  EXPECT_GE(std::chrono::steady_clock::now() - start, deadline);
  EXPECT_EQ(client.read_to_end(), "") << "cut, not refused";
}

TEST_F(HttpServerTest, AClientThatDoesNotReadIsCut) {
  start({.body_bytes_max = 8'000'000,
         .limits = {.body = kNever, .answer_write = 200ms, .parting = 100ms}});
  RawClient client(port());
  const std::string body(8'000'000, 'b');
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n");
  client.send(body);
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(connections_become(0));
}

TEST_F(OneLoopServerTest, AtTheBoundTheLongestWaitingConnectionGivesWay) {
  start({.limits = {.connections = 3}});
  RawClient one(port());
  ASSERT_TRUE(connections_become(1));
  RawClient half(port());
  half.send("GET /a HT");
  ASSERT_TRUE(connections_become(2));
  RawClient last(port());
  ASSERT_TRUE(connections_become(3));
  last.send(get("/a"));
  EXPECT_EQ(body_of(last.read_answer()), "/a|");
  RawClient four(port());
  EXPECT_EQ(one.read_to_end(), "") << "it has never asked for anything";
  four.send(get("/b"));
  EXPECT_EQ(body_of(four.read_answer()), "/b|");
  EXPECT_TRUE(connections_become(3));
  RawClient five(port());
  EXPECT_EQ(half.read_to_end(), "") << "a request that does not arrive counts as none";
  RawClient six(port());
  EXPECT_EQ(last.read_to_end(), "") << "idle behind its answer for longer than the others";
  for (RawClient* client : {&four, &five, &six}) {
    client->send(get("/c"));
    EXPECT_EQ(body_of(client->read_answer()), "/c|");
  }
  EXPECT_TRUE(connections_become(3));
}

TEST_F(OneLoopServerTest, AtTheBoundARequestInWorkIsNotCut) {
  start({.limits = {.connections = 2}});
  RawClient one(port());
  one.send(get("/keep"));
  RawClient two(port());
  two.send(get("/keep"));
  ASSERT_TRUE(handled_become(2));
  RawClient three(port());
  EXPECT_EQ(three.read_to_end(), "") << "closed at the accept";
  EXPECT_EQ(server_->connections(), 2U);
  answer_kept("kept");
  EXPECT_EQ(body_of(one.read_answer()), "kept");
  EXPECT_EQ(body_of(two.read_answer()), "kept");
  RawClient four(port());
  four.send(get("/a"));
  EXPECT_EQ(body_of(four.read_answer()), "/a|");
}

// What one listener's clients hold must not keep another's out: the loop's sessions wait together.
TEST_F(OneLoopServerTest, ConnectionsOfOneListenerGiveWayToThoseOfAnother) {
  start({.limits = {.connections = 2}});
  auto other = HttpServer::listen(loops_, {.limits = {.connections = 2}}, {handler_of(0)});
  ASSERT_TRUE(other);
  RawClient one(port());
  RawClient two(port());
  ASSERT_TRUE(connections_become(2));
  RawClient three((*other)->port());
  EXPECT_EQ(one.read_to_end(), "");
  three.send(get("/o"));
  EXPECT_EQ(body_of(three.read_answer()), "/o|");
  (*other)->drain(kTestPatience);
}

// UBSan opens a pipe to look at an object's type, and takes the lack of descriptors for a wrong
// type.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define FAVORHOOK_NEEDS_DESCRIPTORS
#endif
#endif

class DescriptorsTest : public HttpServerTest {
 protected:
  // A client comes while there are none, and is served when there are some again.
  void serve_after_a_pause(Millis pause) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const std::size_t open = server_->connections();
    // The client's own descriptor is the last that there is.
    Descriptor waiting(::socket(AF_INET, SOCK_STREAM, 0));
    rlimit none = before;
    none.rlim_cur = rlim_t(waiting.get()) + 1;
    std::vector<Descriptor> rest;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) rest.emplace_back(fd);
    RawClient late(std::move(waiting), port());
    late.send(get("/b"));
    std::this_thread::sleep_for(pause);
    EXPECT_EQ(server_->connections(), open);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(body_of(late.read_answer()), "/b|");
    EXPECT_TRUE(connections_become(open + 1));
    late.end_writing();
    EXPECT_TRUE(connections_become(open));
  }
};

TEST_F(DescriptorsTest, WithoutAnyAServerPausesAndThenServes) {
#ifdef FAVORHOOK_NEEDS_DESCRIPTORS
  GTEST_SKIP() << "the sanitizer itself needs descriptors";
#endif
  start();
  RawClient warm(port());
  warm.send(get("/a"));
  warm.read_answer();
  EXPECT_TRUE(with_time_enough([this](Millis pause) {
    testing::internal::CaptureStderr();
    serve_after_a_pause(pause);
    return testing::internal::GetCapturedStderr().contains("accept_failed");
  }));
}

}  // namespace
}  // namespace favorhook::net
