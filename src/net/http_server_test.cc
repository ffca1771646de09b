#include "net/http_server.h"

#include <gmock/gmock.h>

#include "net/testing_server.h"

namespace favorhook::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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
    std::this_thread::sleep_for(2ms);  // likely read by then; it is as well where it was not
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

TEST_F(HttpServerTest, BothLoopsServe) {
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<RawClient>(port()));
    clients.back()->send(get("/a"));
  }
  for (const auto& client : clients) EXPECT_EQ(body_of(client->read_answer()), "/a|");
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
  MonotonicTime start;
  const auto last = [&] {
    start = std::chrono::steady_clock::now();
    loops.at(0).after(20ms, [&] { done.set_value(trace + "d"); });
    loops.at(0).after(10ms, [&] { trace += "c"; });
    trace += "b";
  };
  loops.at(0).post([&] {
    loops.at(0).post(last);
    trace += "a";
  });
  loops.start();
  EXPECT_EQ(done.get_future().get(), "abcd");
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
}

}  // namespace
}  // namespace favorhook::net
