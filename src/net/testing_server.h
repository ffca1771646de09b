// For net_test only: a server on real loops whose handler answers by the path of a request.
//
//   TEST_F(HttpServerTest, …) { start(); RawClient client(port()); client.send(get("/a")); … }
//
// /a and the like: the target and the body come back. /late: after 30 ms. /keep: when answer_kept()
// is called. /drop: never, the handler forgets it. /204, /404, /close, /split, /peer: as their
// names say. Thread safety: the test's thread, but for the handler, which runs on the loops.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/test_patience.h"
#include "net/http_server.h"
#include "net/testing.h"

namespace favorhook::net {

using namespace std::chrono_literals;

inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "(no answer)" : answer.substr(end + 4);
}

inline std::string get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

class HttpServerTest : public ::testing::Test {
 protected:
  explicit HttpServerTest(std::size_t loops = 2) : loops_(loops) {}

  // Called again it makes another server, which is the one that is meant from then on.
  void start(ListenOptions options = {}) {
    options.malformed = [](Malformed why) {
      const char* const words[] = {"request", "head", "body"};
      return HttpAnswer{.status = 400, .headers = {}, .body = words[int(why)]};
    };
    std::vector<HttpHandler> handlers;
    for (std::size_t i = 0; i < loops_.size(); ++i) handlers.push_back(handler_of(i));
    auto server = HttpServer::listen(loops_, std::move(options), std::move(handlers));
    ASSERT_TRUE(server) << server.error().what;
    if (server_) {
      earlier_.push_back(std::move(server_));
    } else {
      loops_.start();
    }
    server_ = std::move(*server);
  }

  void TearDown() override {
    loops_.stop();
    const std::lock_guard lock(mutex_);
    kept_.clear();
    server_.reset();
    earlier_.clear();
  }

  // These loops do nothing else until the promise is kept.
  std::promise<void> keep_busy(const std::vector<std::size_t>& loops) {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    std::atomic<std::size_t> busy = 0;
    for (const std::size_t loop : loops) {
      loops_.at(loop).post([&busy, released] {
        ++busy;
        released.wait();
      });
    }
    EXPECT_TRUE(eventually([&] { return busy == loops.size(); }));
    return release;
  }

  // A connection that this loop serves; the kernel chooses, so it may take a few.
  std::unique_ptr<RawClient> client_of(std::size_t loop) {
    for (;;) {
      auto client = std::make_unique<RawClient>(port());
      client->send(get("/a"));
      client->read_answer();
      if (last_loop_ == loop) return client;
    }
  }

  // Answers what /keep was asked, each on its loop, and waits until that has been done.
  void answer_kept(const std::string& body) {
    std::vector<Kept> kept;
    {
      const std::lock_guard lock(mutex_);
      kept.swap(kept_);
    }
    for (Kept& one : kept) {
      std::promise<void> answered;
      loops_.at(one.loop).post([&] {
        one.respond({.status = 200, .headers = {}, .body = body});
        answered.set_value();
      });
      answered.get_future().wait();
    }
  }

  HttpHandler handler_of(std::size_t loop) {
    return [this, loop](HttpRequest request, Respond respond) {
      handle(loop, std::move(request), std::move(respond));
    };
  }

  void handle(std::size_t loop, HttpRequest request, Respond respond) {
    last_loop_ = loop;
    ++handled_;
    const auto path = std::string(target_path(request.target));
    if (path == "/late") {
      auto shared = std::make_shared<Respond>(std::move(respond));
      return loops_.at(loop).after(
          30ms, [shared] { (*shared)({.status = 200, .headers = {}, .body = "late"}); });
    }
    if (path == "/drop") return;
    if (path == "/keep") {
      const std::lock_guard lock(mutex_);
      return kept_.push_back({loop, std::move(respond)});
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
    return eventually([&] { return server_->connections() == count; });
  }
  bool handled_become(int count) const {
    return eventually([&] { return handled_ == count; });
  }
  // Whether a drain that is told to wait for longer than a test does returns all the same.
  bool drain_ends() {
    const auto drained =
        std::async(std::launch::async, [this] { server_->drain(2 * kTestPatience); });
    return drained.wait_for(kTestPatience) == std::future_status::ready;
  }

  struct Kept {
    std::size_t loop;
    Respond respond;
  };

  Loops loops_;
  std::unique_ptr<HttpServer> server_;
  std::vector<std::unique_ptr<HttpServer>> earlier_;
  std::atomic<int> handled_ = 0;
  std::atomic<std::size_t> last_loop_ = 0;  // of the last request
  std::mutex mutex_;
  std::vector<Kept> kept_;  // guarded by the mutex
};

class OneLoopServerTest : public HttpServerTest {
 protected:
  OneLoopServerTest() : HttpServerTest(1) {}
};

}  // namespace favorhook::net
