#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "net/testing.h"

namespace favorhook::net {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "(no answer)" : answer.substr(end + 4);
}

std::string get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

// Answers each request by its path; /echo with what was received.
class HttpServerTest : public ::testing::Test {
 protected:
  explicit HttpServerTest(std::size_t loops = 2) : loops_(loops) {}

  void start(ListenOptions options = {}) {
    options.malformed = [](Malformed why) {
      const char* const words[] = {"request", "head", "body"};
      return HttpAnswer{.status = 400, .headers = {}, .body = words[int(why)]};
    };
    std::vector<HttpHandler> handlers;
    for (std::size_t i = 0; i < loops_.size(); ++i) handlers.push_back(handler_of(i));
    auto server = HttpServer::listen(loops_, std::move(options), std::move(handlers));
    ASSERT_TRUE(server) << server.error().what;
    server_ = std::move(*server);
    loops_.start();
  }

  void TearDown() override {
    loops_.stop();
    const std::lock_guard lock(mutex_);
    kept_.clear();
    server_.reset();
  }

  // Until the promise is kept.
  std::promise<void> keep_loops_busy() {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    std::atomic<std::size_t> busy = 0;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      loops_.at(i).post([&busy, released] {
        ++busy;
        released.wait();
      });
    }
    while (busy < loops_.size()) std::this_thread::sleep_for(1ms);
    return release;
  }

  HttpHandler handler_of(std::size_t loop) {
    return [this, loop](HttpRequest request, Respond respond) {
      handle(loops_.at(loop), std::move(request), std::move(respond));
    };
  }

  void handle(Loop& loop, HttpRequest request, Respond respond) {
    ++handled_;
    const auto path = std::string(target_path(request.target));
    if (path == "/late") {
      auto shared = std::make_shared<Respond>(std::move(respond));
      return loop.after(30ms,
                        [shared] { (*shared)({.status = 200, .headers = {}, .body = "late"}); });
    }
    if (path == "/drop") return;
    if (path == "/keep") {
      const std::lock_guard lock(mutex_);
      return kept_.push_back(std::move(respond));
    }
    if (path == "/204") return respond({.status = 204, .headers = {}, .body = {}});
    if (path == "/404") return respond({.status = 404, .headers = {}, .body = {}});
    if (path == "/close")
      return respond({.status = 200, .headers = {}, .body = "c", .close = true});
    if (path == "/split") {
      return respond({.status = 200, .headers = {{"X", "a\r\nSet-Cookie: b"}}, .body = "x"});
    }
    if (path == "/peer") return respond({.status = 200, .headers = {}, .body = request.peer});
    respond({.status = 200,
             .headers = {{"X-Method", request.method}, {"Content-Type", "text/plain"}},
             .body = request.target + "|" + request.body});
  }

  std::uint16_t port() const { return server_->port(); }
  bool connections_become(std::size_t count) const {
    for (int i = 0; i < 300 && server_->connections() != count; ++i)
      std::this_thread::sleep_for(10ms);
    return server_->connections() == count;
  }

  Loops loops_;
  std::unique_ptr<HttpServer> server_;
  std::atomic<int> handled_ = 0;
  std::mutex mutex_;
  std::vector<Respond> kept_;
};

class OneLoopServerTest : public HttpServerTest {
 protected:
  OneLoopServerTest() : HttpServerTest(1) {}
};

TEST_F(HttpServerTest, AnswersWithTheHeadersThatBelongToIt) {
  start();
  RawClient client(port());
  client.send(get("/a"));
  const std::string answer = client.read_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nServer: favorhook\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr(" GMT\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
                                "Connection: keep-alive\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nX-Method: GET\r\n"));
  EXPECT_EQ(body_of(answer), "/a|");
}

TEST_F(HttpServerTest, SomeAnswersHaveNoBody) {
  start();
  RawClient client(port());
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = client.read_answer(true);
  EXPECT_THAT(head, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_EQ(body_of(head), "");
  client.send(get("/204"));
  const std::string none = client.read_answer();
  EXPECT_THAT(none, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(none, Not(HasSubstr("Content-Length")));
  client.send(get("/404"));
  const std::string missing = client.read_answer();
  EXPECT_THAT(missing, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(missing, HasSubstr("Content-Length: 0\r\n"));
  client.send(get("/a"));
  EXPECT_EQ(body_of(client.read_answer()), "/a|") << "the connection is still in step";
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient client(port());
  std::string all = get("/late");
  for (int i = 0; i < 50; ++i) all += get("/" + std::to_string(i));
  client.send(all);
  EXPECT_EQ(body_of(client.read_answer()), "late");
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(body_of(client.read_answer()), "/" + std::to_string(i) + "|");
  }
}

TEST_F(HttpServerTest, BytesMayArriveInAnyPieces) {
  start();
  const std::string bytes =
      "POST /s HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbodyPOST /c HTTP/1.1\r\nHost: a\r\n"
      "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
  for (std::size_t cut = 1; cut < bytes.size(); cut += 13) {
    RawClient client(port());
    client.send(bytes.substr(0, cut));
    std::this_thread::sleep_for(2ms);
    client.send(bytes.substr(cut));
    EXPECT_EQ(body_of(client.read_answer()), "/s|body") << cut;
    EXPECT_EQ(body_of(client.read_answer()), "/c|body") << cut;
  }
}

TEST_F(HttpServerTest, TheConnectionEndsWhenEitherSideSaysSo) {
  start();
  for (const std::string& request : {get("/a", "Connection: close\r\n"), get("/close"),
                                     std::string("GET /a HTTP/1.0\r\n\r\n")}) {
    RawClient client(port());
    client.send(request);
    const std::string all = client.read_to_end();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\n")) << request;
    EXPECT_THAT(all, HasSubstr("Connection: close\r\n")) << request;
  }
  RawClient old(port());
  old.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(old.read_answer(), HasSubstr("Connection: keep-alive\r\n"));
  old.send(get("/b"));
  EXPECT_EQ(body_of(old.read_answer()), "/b|");
}

TEST_F(HttpServerTest, AClientThatOnlyStopsWritingIsStillAnswered) {
  start();
  RawClient client(port());
  client.send(get("/late"));
  client.end_writing();
  EXPECT_THAT(client.read_to_end(), EndsWith("late"));
}

TEST_F(HttpServerTest, WhatIsNoRequestIsAnsweredAndNotHandled) {
  start();
  const std::pair<std::string, const char*> cases[] = {
      {"HELLO\r\n\r\n", "request"},
      {"GET /a HTTP/1.1\r\n\r\n", "request"},
      {get("/a", "Host: b\r\n"), "request"},
      {get("/a", "X: a\r\n b\r\n"), "request"},
      {get("http://a/"), "request"},
      {get("/\x80"), "request"},
      {"GET /a HTTP/1.1\nHost: a\n\n", "request"},
      {get("/a", "Content-Length: 2\r\nContent-Length: 2\r\n") + "{}", "request"},
      {get("/a", "X: " + std::string(20'000, 'a') + "\r\n") + std::string(50'000, 'b'), "head"},
      {get("/a", "Content-Length: 70000\r\n") + std::string(70'000, 'b'), "body"},
  };
  for (const auto& [bytes, why] : cases) {
    RawClient client(port());
    client.send(bytes);
    const std::string all = client.read_to_end();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << bytes.substr(0, 80);
    EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(body_of(all), why) << bytes.substr(0, 80);
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerTest, RequestsBeforeABadOneAreAnswered) {
  start();
  RawClient client(port());
  client.send(get("/a") + "BAD\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "/a|");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, ABodyIsAskedForWhereTheClientWaits) {
  start();
  RawClient client(port());
  client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_EQ(body_of(client.read_answer()), "/e|body");
}

TEST_F(HttpServerTest, ARequestDroppedByItsHandlerIsA500) {
  start();
  RawClient client(port());
  client.send(get("/drop"));
  const std::string all = client.read_to_end();
  EXPECT_THAT(all, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, AnAnswerCannotSplitItself) {
  start();
  RawClient client(port());
  client.send(get("/split"));
  const std::string answer = client.read_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
}

TEST_F(HttpServerTest, TellsTheHandlerWhoAsks) {
  start();
  RawClient client(port());
  client.send(get("/peer"));
  EXPECT_THAT(body_of(client.read_answer()), StartsWith("127.0.0.1:"));
}

TEST_F(HttpServerTest, EveryPhaseHasADeadline) {
  start({.limits = {.idle = 150ms, .head = 150ms, .body = 150ms, .parting = 100ms}});
  const std::string cases[] = {"", "GET /a HTTP/1.1\r\nHo",
                               get("/a", "Content-Length: 9\r\n") + "body"};
  for (const std::string& bytes : cases) {
    RawClient client(port());
    const auto start = std::chrono::steady_clock::now();
    client.send(bytes);
    EXPECT_EQ(client.read_to_end(), "") << bytes;
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_GE(took, 140ms) << bytes;
    EXPECT_LT(took, 3s) << bytes;
  }
  RawClient idle(port());
  idle.send(get("/a"));
  EXPECT_EQ(body_of(idle.read_answer()), "/a|");
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(HttpServerTest, ADripOfBytesDoesNotExtendTheDeadline) {
  start({.limits = {.head = 200ms}});
  RawClient client(port());
  const std::string bytes = "GET /" + std::string(200, 'a');
  ASSERT_TRUE(connections_become(1));
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < bytes.size() && server_->connections() > 0; ++i) {
    client.send(bytes.substr(i, 1));
    std::this_thread::sleep_for(20ms);
  }
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_GE(took, 190ms);
  EXPECT_LT(took, 3s);
}

TEST_F(HttpServerTest, AClientThatDoesNotReadIsCut) {
  start({.body_bytes_max = 8'000'000, .limits = {.answer_write = 200ms, .parting = 100ms}});
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
  while (handled_ < 2) std::this_thread::sleep_for(1ms);
  RawClient three(port());
  EXPECT_EQ(three.read_to_end(), "") << "closed at the accept";
  EXPECT_EQ(server_->connections(), 2U);
  {
    const std::lock_guard lock(mutex_);
    loops_.at(0).post([kept = std::make_shared<std::vector<Respond>>(std::move(kept_))] {
      for (Respond& respond : *kept) respond({.status = 200, .headers = {}, .body = "kept"});
    });
    kept_.clear();
  }
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
  (*other)->drain(1s);
}

// UBSan opens a pipe to look at an object's type, and takes the lack of descriptors for a wrong
// type.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define FAVORHOOK_NEEDS_DESCRIPTORS
#endif
#endif

TEST_F(HttpServerTest, WithoutDescriptorsItPausesAndThenServes) {
#ifdef FAVORHOOK_NEEDS_DESCRIPTORS
  GTEST_SKIP() << "the sanitizer itself needs descriptors";
#endif
  start();
  RawClient warm(port());
  warm.send(get("/a"));
  warm.read_answer();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  RawClient client(port());
  ASSERT_TRUE(connections_become(2));
  // The client's own descriptor is the last that there is.
  Descriptor waiting(::socket(AF_INET, SOCK_STREAM, 0));
  rlimit none = before;
  none.rlim_cur = rlim_t(waiting.get()) + 1;
  std::vector<Descriptor> rest;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) rest.emplace_back(fd);
  RawClient late(std::move(waiting), port());
  late.send(get("/b"));
  std::this_thread::sleep_for(250ms);
  EXPECT_EQ(server_->connections(), 2U);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(body_of(late.read_answer()), "/b|");
}

TEST_F(HttpServerTest, BothLoopsServe) {
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<RawClient>(port()));
    clients.back()->send(get("/a"));
  }
  for (const auto& client : clients) EXPECT_EQ(body_of(client->read_answer()), "/a|");
}

TEST_F(HttpServerTest, DrainClosesIdleConnectionsAndLetsWorkEnd) {
  start();
  RawClient idle(port());
  idle.send(get("/a"));
  idle.read_answer();
  RawClient busy(port());
  busy.send(get("/late"));
  while (handled_ < 2) std::this_thread::sleep_for(1ms);
  const auto start = std::chrono::steady_clock::now();
  server_->drain(5s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s);
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(idle.read_to_end(), "");
  const std::string answer = busy.read_to_end();
  EXPECT_THAT(answer, EndsWith("late"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, DrainAnswersWhatHadArrivedButWasNotRead) {
  start();
  RawClient client(port());
  client.send(get("/a"));
  client.read_answer();
  std::promise<void> release = keep_loops_busy();
  client.send(get("/b"));
  std::thread drain([this] { server_->drain(5s); });
  std::this_thread::sleep_for(50ms);
  release.set_value();
  const std::string answer = client.read_to_end();
  drain.join();
  EXPECT_THAT(answer, EndsWith("/b|"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(server_->connections(), 0U);
}

// Without a connection there is nothing to wait for but the loops: whoever stops them next would
// leave a port open that nobody answers at.
TEST_F(HttpServerTest, DrainWaitsUntilNobodyAccepts) {
  start();
  std::promise<void> release = keep_loops_busy();
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
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(hung.read_to_end(), "");
  // The handler's answer comes too late, and is dropped.
  std::promise<void> answered;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    loops_.at(i).post([this, last = i + 1 == loops_.size(), &answered] {
      {
        const std::lock_guard lock(mutex_);
        for (Respond& respond : kept_) respond({.status = 200, .headers = {}, .body = "late"});
        kept_.clear();
      }
      if (last) answered.set_value();
    });
  }
  answered.get_future().wait();
}

TEST_F(HttpServerTest, LoopsMayStopWithConnectionsOpen) {
  start();
  RawClient hung(port());
  hung.send(get("/keep"));
  RawClient idle(port());
  while (handled_ < 1) std::this_thread::sleep_for(1ms);
  loops_.stop();
}

TEST_F(HttpServerTest, APortInUseIsAnError) {
  start();
  Loops others(1);
  const auto second = HttpServer::listen(others, {.port = port()}, {[](HttpRequest, Respond) {}});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("Address already in use"));
  const auto nowhere =
      HttpServer::listen(others, {.address = "shop"}, {[](HttpRequest, Respond) {}});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().what, "cannot listen on \"shop\": no IP address");
}

TEST(Loop, TasksRunOnItsThreadInOrderAndAfterTheirTime) {
  Loops loops(1);
  std::promise<std::string> done;
  std::string trace;
  const auto start = std::chrono::steady_clock::now();
  loops.at(0).after(20ms, [&] { done.set_value(trace + "c"); });
  loops.at(0).post([&] {
    loops.at(0).post([&] { trace += "b"; });
    trace += "a";
  });
  loops.start();
  EXPECT_EQ(done.get_future().get(), "abc");
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
}

}  // namespace
}  // namespace favorhook::net
