#include "net/http_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <latch>
#include <semaphore>

#include "base/limits.h"
#include "base/test_patience.h"
#include "base/test_port.h"
#include "net/http_server.h"
#include "net/testing_dns.h"

namespace favorhook::net {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string timed_out(Millis budget, std::string_view phase) {
  return fmt::format("timed out after {} ms {}", budget.count(), phase);
}

void answer_once(Visit& visit) {
  visit.read_request();
  visit.write(kOk);
}

class HttpTransportTest : public ::testing::Test {
 protected:
  HttpTransportTest() { loops_.start(); }
  ~HttpTransportTest() override {
    loops_.stop();
    transport_.reset();
  }

  void configure(EgressOptions egress, std::string dns_servers = "") {
    auto tls = make_client_tls(
        {.system_authorities = false, .authority_pems = {test_authority().certificate_pem()}});
    ASSERT_TRUE(tls);
    egress_ = std::make_unique<Egress>(std::move(egress));
    transport_ = std::make_unique<HttpTransport>(loops_.at(0), *egress_, *tls,
                                                 TransportOptions{std::move(dns_servers)});
  }

  std::future<PostResult> begin(const std::string& url, Millis budget = kTestPatience,
                                std::string body = "{}") {
    return begin({url, {{"Content-Type", "application/json"}}, std::move(body), budget});
  }

  std::future<PostResult> begin(PostOrder order) {
    if (!transport_) configure({.mode = EgressMode::sandbox});
    auto promise = std::make_shared<std::promise<PostResult>>();
    loops_.at(0).post([this, promise, order = std::move(order)]() mutable {
      const auto inside = std::make_shared<bool>(true);
      transport_->post(std::move(order), [promise, inside](PostResult result) {
        EXPECT_FALSE(*inside);
        promise->set_value(std::move(result));
      });
      *inside = false;
    });
    return promise->get_future();
  }

  PostResult post(const std::string& url, Millis budget = kTestPatience, std::string body = "{}") {
    return begin(url, budget, std::move(body)).get();
  }

  static std::string at(std::uint16_t port, const std::string& host = "localhost") {
    return "https://" + host + ":" + std::to_string(port) + "/notify";
  }

  Loops loops_{1};
  std::unique_ptr<Egress> egress_;
  std::unique_ptr<HttpTransport> transport_;
};

TEST_F(HttpTransportTest, SendsTheOrderAndGivesTheAnswer) {
  std::string request;
  Receiver receiver(test_identity(), [&](Visit& visit) {
    request = visit.read_request();
    visit.write(kOk);
  });
  const PostResult result = post(at(receiver.port()), kTestPatience, "{\"id\":1}");
  EXPECT_EQ(result.end, PostEnd::answered) << result.detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.answer_head, "ok");
  EXPECT_EQ(result.peer, "127.0.0.1:" + std::to_string(receiver.port()));
  EXPECT_TRUE(result.request_started);
  EXPECT_TRUE(result.answer_started);
  EXPECT_FALSE(result.connection_reused);
  EXPECT_TRUE(result.phases.connect && result.phases.tls && result.phases.first_byte);
  EXPECT_GT(result.phases.total, *result.phases.tls);
  EXPECT_EQ(request, "POST /notify HTTP/1.1\r\nHost: localhost:" + std::to_string(receiver.port()) +
                         "\r\nUser-Agent: favorhook/" FAVORHOOK_VERSION
                         "\r\nAccept: */*\r\nContent-Length: 8\r\nConnection: keep-alive\r\n"
                         "Content-Type: application/json\r\n\r\n{\"id\":1}");
}

TEST_F(HttpTransportTest, KeepsAConnectionAndUsesItAgain) {
  std::atomic<int> connections = 0;
  Receiver receiver(test_identity(), [&](Visit& visit) {
    connections = visit.number + 1;
    while (!visit.read_request().empty()) visit.write(kOk);
  });
  EXPECT_FALSE(post(at(receiver.port())).connection_reused);
  for (int i = 0; i < 3; ++i) {
    const PostResult again = post(at(receiver.port()));
    EXPECT_EQ(again.end, PostEnd::answered) << again.detail;
    EXPECT_TRUE(again.connection_reused);
    EXPECT_FALSE(again.phases.connect || again.phases.tls || again.phases.dns);
    EXPECT_TRUE(again.phases.first_byte);
    EXPECT_EQ(again.peer, "127.0.0.1:" + std::to_string(receiver.port()));
  }
  EXPECT_EQ(connections, 1);
}

TEST_F(HttpTransportTest, AConnectionIsNotKeptAgainstTheReceiversWord) {
  const std::string_view answers[] = {
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 smuggled\r\nContent-Length: "
      "0\r\n\r\n"};
  for (const std::string_view answer : answers) {
    Receiver receiver(test_identity(), [answer](Visit& visit) {
      visit.read_request();
      visit.write(answer);
      visit.wait_for_close();
    });
    for (int i = 0; i < 2; ++i) {
      const PostResult result = post(at(receiver.port()));
      EXPECT_EQ(result.end, PostEnd::answered) << result.detail;
      EXPECT_EQ(result.status, 200);
      EXPECT_FALSE(result.connection_reused) << answer;
    }
  }
}

TEST_F(HttpTransportTest, AnIdleConnectionThatWasClosedIsNotUsed) {
  std::binary_semaphore closed(0);
  Receiver receiver(test_identity(), [&](Visit& visit) {
    answer_once(visit);
    ::shutdown(visit.fd, SHUT_RDWR);
    closed.release();
  });
  EXPECT_EQ(post(at(receiver.port())).end, PostEnd::answered);
  closed.acquire();
  const PostResult second = post(at(receiver.port()));
  EXPECT_EQ(second.end, PostEnd::answered) << second.detail;
  EXPECT_FALSE(second.connection_reused);
}

TEST_F(HttpTransportTest, AReusedConnectionThatDiesBeforeAByteSaysSo) {
  Receiver receiver(test_identity(), [](Visit& visit) {
    visit.read_request();
    visit.write(kOk);
    visit.read_request();
  });
  EXPECT_EQ(post(at(receiver.port())).end, PostEnd::answered);
  const PostResult second = post(at(receiver.port()));
  EXPECT_EQ(second.end, PostEnd::reset);
  EXPECT_TRUE(second.connection_reused);
  EXPECT_TRUE(second.request_started);
  EXPECT_FALSE(second.answer_started);
  EXPECT_EQ(second.status, 0);
  EXPECT_THAT(second.detail, HasSubstr("waiting for the answer"));
}

// A load balancer that was restarted lets every connection that was kept die at its next request.
TEST_F(HttpTransportTest, AFreshConnectionIsMadeWhereItIsAskedFor) {
  Descriptor kept;
  Receiver receiver(test_identity(), [&](Visit& visit) {
    answer_once(visit);
    if (visit.number == 0) kept = Descriptor(::dup(visit.fd));
  });
  const PostOrder order{at(receiver.port()), {}, "{}", kTestPatience, /*fresh_connection=*/true};
  EXPECT_EQ(begin(order).get().end, PostEnd::answered);
  const PostResult second = begin(order).get();
  EXPECT_EQ(second.end, PostEnd::answered) << second.detail;
  EXPECT_FALSE(second.connection_reused);
}

// Then it may have been read: to say that nothing was sent would be wrong.
TEST_F(HttpTransportTest, TlsThatFailsBehindTheRequestLeavesOpenWhetherItWasSeen) {
  for (const std::string_view bytes : {"no TLS at all"sv, "\x15\x03\x03\x00\x02\x02\x28"sv}) {
    Receiver receiver(test_identity(), [bytes](Visit& visit) {
      visit.read_request();
      EXPECT_EQ(::write(visit.fd, bytes.data(), bytes.size()), std::ssize(bytes));
      visit.wait_for_close();
    });
    const PostResult result = post(at(receiver.port()));
    EXPECT_EQ(result.end, PostEnd::reset);
    EXPECT_TRUE(result.request_started);
    EXPECT_THAT(result.detail, StartsWith("TLS failed waiting for the answer: "));
  }
}

TEST_F(HttpTransportTest, AnyStatusIsAnAnswerAndNoRedirectIsFollowed) {
  for (const int status : {204, 301, 302, 303, 307, 308, 404, 500, 503}) {
    Receiver receiver(test_identity(), [status](Visit& visit) {
      visit.read_request();
      visit.write("HTTP/1.1 " + std::to_string(status) +
                  " X\r\nLocation: https://localhost:1/\r\nContent-Length: 0\r\n\r\n");
    });
    const PostResult result = post(at(receiver.port()));
    EXPECT_EQ(result.end, PostEnd::answered) << result.detail;
    EXPECT_EQ(result.status, status);
  }
}

TEST_F(HttpTransportTest, SkipsInterimAnswersAndReadsToTheEnd) {
  Receiver receiver(test_identity(), [](Visit& visit) {
    visit.read_request();
    visit.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nuntil ");
    visit.write("the end");
    SSL_shutdown(visit.ssl);
  });
  const PostResult result = post(at(receiver.port()));
  EXPECT_EQ(result.end, PostEnd::answered) << result.detail;
  EXPECT_EQ(result.answer_head, "until the end");
}

TEST_F(HttpTransportTest, NobodyListens) {
  const ClosedPort closed;
  const PostResult result = post(at(closed.number()));
  EXPECT_EQ(result.end, PostEnd::connect_failed);
  EXPECT_THAT(result.detail, HasSubstr("Connection refused"));
  EXPECT_FALSE(result.request_started);
  EXPECT_FALSE(result.phases.connect);
}

TEST_F(HttpTransportTest, ACertificateThatDoesNotFitIsRefused) {
  const WallTime long_ago = wall_now() - std::chrono::hours(24 * 900);
  const auto old_authority = crypto::CertificateAuthority::create(long_ago);
  const auto other = crypto::CertificateAuthority::create(wall_now());
  const crypto::TlsNames both{.dns = {"localhost"}, .ip = {"127.0.0.1"}};
  struct Case {
    Identity identity;
    const char* host;
    const char* detail;
  };
  const Case cases[] = {
      {make_identity(test_authority(), {.dns = {"localhost"}, .ip = {}}, wall_now()), "127.0.0.1",
       "IP address mismatch"},
      {make_identity(test_authority(), {.dns = {}, .ip = {"127.0.0.1"}}, wall_now()), "localhost",
       "hostname mismatch"},
      {make_identity(test_authority(), both, long_ago), "localhost", "certificate has expired"},
      {make_identity(other, both, wall_now()), "localhost",
       "unable to get local issuer certificate"},
      {{other.certificate_pem(), other.key_pem()}, "localhost", "self-signed certificate"},
  };
  for (const Case& one : cases) {
    Receiver receiver(one.identity, answer_once);
    const PostResult result = post(at(receiver.port(), one.host));
    EXPECT_EQ(result.end, PostEnd::certificate_refused) << one.detail;
    EXPECT_EQ(result.detail, one.detail);
    EXPECT_FALSE(result.request_started);
  }
}

TEST_F(HttpTransportTest, AFailedHandshakeSaysWhy) {
  Receiver old(test_identity(), answer_once, {.max_tls_version = TLS1_1_VERSION});
  const PostResult version = post(at(old.port()));
  EXPECT_EQ(version.end, PostEnd::tls_failed);
  EXPECT_THAT(version.detail, StartsWith("TLS: "));
  EXPECT_THAT(version.detail, HasSubstr("protocol"));
  Receiver plain({},
                 [](Visit& visit) {
                   visit.write("HTTP/1.1 400 Bad Request\r\n\r\n");
                   visit.wait_for_close();
                 },
                 {.tls = false});
  const PostResult no_tls = post(at(plain.port()));
  EXPECT_EQ(no_tls.end, PostEnd::tls_failed);
  EXPECT_EQ(no_tls.detail, "TLS: wrong version number");
  Receiver closing({}, [](Visit&) {}, {.tls = false});
  const PostResult closed = post(at(closing.port()));
  EXPECT_EQ(closed.end, PostEnd::tls_failed);
  EXPECT_EQ(closed.detail, "the connection ended during the TLS handshake");
  for (const PostResult& result : {version, no_tls, closed}) EXPECT_FALSE(result.request_started);
}

TEST_F(HttpTransportTest, ABrokenAnswerIsAReset) {
  const std::string_view heads[] = {"", "HTTP/1.1 20",
                                    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                                    "HTTP/1.1 200 OK\r\n\r\nno close_notify"};
  for (const std::string_view head : heads) {
    for (const bool hard : {false, true}) {
      Receiver receiver(test_identity(), [&](Visit& visit) {
        visit.read_request();
        visit.write(head);
        std::this_thread::sleep_for(20ms);  // likely read by then; the end is the same otherwise
        if (hard) visit.reset();
      });
      const PostResult result = post(at(receiver.port()));
      EXPECT_EQ(result.end, PostEnd::reset) << head << ": " << result.detail;
      EXPECT_TRUE(result.request_started);
      // A reset destroys what arrived and was not read yet.
      if (hard) continue;
      EXPECT_EQ(result.answer_started, !head.empty()) << head;
      EXPECT_EQ(result.status, head.find("\r\n\r\n") == std::string_view::npos ? 0 : 200) << head;
    }
  }
}

TEST_F(HttpTransportTest, WhatIsNoHttpIsABadAnswer) {
  Receiver receiver(test_identity(), [](Visit& visit) {
    visit.read_request();
    visit.write("220 mail.example ESMTP\r\n");
    visit.wait_for_close();
  });
  const PostResult result = post(at(receiver.port()));
  EXPECT_EQ(result.end, PostEnd::bad_answer);
  EXPECT_TRUE(result.answer_started);
}

TEST_F(HttpTransportTest, AnEndlessAnswerIsTooLarge) {
  for (const std::string_view head :
       {"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5000\r\n",
        "HTTP/1.1 200 OK\r\n\r\n"}) {
    Receiver receiver(test_identity(), [&](Visit& visit) {
      visit.read_request();
      visit.write(head);
      const std::string some(4096, 'x');
      for (int i = 0; i < 10; ++i) visit.write(some);
      visit.wait_for_close();
    });
    const PostResult result = post(at(receiver.port()));
    EXPECT_EQ(result.end, PostEnd::answer_too_large) << head;
    EXPECT_EQ(result.status, 200);
  }
}

TEST_F(HttpTransportTest, TheBudgetEndsTheExchangeInAnyPhase) {
  dns::Server silent_dns(dns::Table{{"silent.test", {}}});
  configure({.mode = EgressMode::sandbox}, silent_dns.address());
  const auto expect = [&](const std::string& url, const char* phase) {
    PostResult result;
    EXPECT_TRUE(with_time_enough([&](Millis budget) {
      const auto start = std::chrono::steady_clock::now();
      result = post(url, budget);
      EXPECT_GE(std::chrono::steady_clock::now() - start, budget) << phase;
      EXPECT_EQ(result.end, PostEnd::timed_out) << phase << ": " << result.detail;
      return result.detail == timed_out(budget, phase);
    })) << phase
        << ": " << result.detail;
    return result;
  };
  EXPECT_FALSE(expect("https://silent.test/", "asking DNS").request_started);
  Receiver mute({}, [](Visit& visit) { visit.wait_for_close(); }, {.tls = false});
  EXPECT_FALSE(expect(at(mute.port()), "in the TLS handshake").request_started);
  Receiver deaf(test_identity(), [](Visit& visit) { visit.wait_for_close(); });
  const PostResult unanswered = expect(at(deaf.port()), "waiting for the answer");
  EXPECT_TRUE(unanswered.request_started);
  EXPECT_FALSE(unanswered.answer_started);
  Receiver half(test_identity(), [](Visit& visit) {
    visit.read_request();
    visit.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    visit.wait_for_close();
  });
  const PostResult cut = expect(at(half.port()), "reading the answer");
  EXPECT_TRUE(cut.answer_started);
  EXPECT_EQ(cut.status, 200);
  Receiver dripping(test_identity(), [](Visit& visit) {
    visit.read_request();
    visit.write("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n");
    while (visit.write("x")) std::this_thread::sleep_for(20ms);
  });
  expect(at(dripping.port()), "reading the answer");
}

TEST_F(HttpTransportTest, TheBudgetEndsAConnectThatHangs) {
  // A full queue of an acceptor that never accepts: the kernel lets further connections wait.
  std::uint16_t port = 0;
  const Descriptor full = listen_on_loopback(0, port);
  std::vector<std::future<PostResult>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(begin(at(port, "127.0.0.1"), 300ms));
  bool hung = false;
  for (auto& one : waiting) {
    const PostResult result = one.get();
    EXPECT_EQ(result.end, PostEnd::timed_out) << result.detail;
    EXPECT_FALSE(result.request_started);
    hung = hung || result.detail == timed_out(300ms, "connecting");
  }
  EXPECT_TRUE(hung);
}

TEST_F(HttpTransportTest, AReceiverThatDoesNotReadCannotHoldARequest) {
  EXPECT_TRUE(with_time_enough([this](Millis budget) {
    std::latch given_up(1);
    Receiver stuck(test_identity(), [&](Visit& visit) {
      given_up.wait();
      visit.reset();
    });
    const PostResult result = post(at(stuck.port()), budget, std::string(30'000'000, 'b'));
    given_up.count_down();
    EXPECT_EQ(result.end, PostEnd::timed_out) << result.detail;
    return result.request_started && result.detail == timed_out(budget, "sending the request");
  }));
}

TEST_F(HttpTransportTest, EgressIsJudgedOnTheAddressConnectedTo) {
  Receiver receiver(test_identity(), answer_once);
  dns::Server server(dns::Table{{"public.test", {"93.184.216.34"}},
                                {"metadata.test", {"169.254.169.254"}},
                                {"mixed.test", {"8.8.8.8", "127.0.0.1"}}});
  configure({.mode = EgressMode::sandbox}, server.address());
  const PostResult refused = post("https://public.test/");
  EXPECT_EQ(refused.end, PostEnd::host_refused);
  EXPECT_EQ(refused.detail, "93.184.216.34 is public: not allowed in the sandbox");
  EXPECT_TRUE(refused.peer.empty());
  EXPECT_TRUE(refused.phases.dns);
  EXPECT_EQ(post("https://metadata.test/").end, PostEnd::host_refused);
  EXPECT_EQ(post("https://169.254.169.254/").end, PostEnd::host_refused);
  EXPECT_EQ(post("https://8.8.8.8/").end, PostEnd::host_refused);
  EXPECT_EQ(post("http://127.0.0.1/").end, PostEnd::host_refused);
  EXPECT_EQ(post("https://user@localhost/").end, PostEnd::host_refused);
  // The allowed one of two addresses is connected to; its certificate is for another name.
  const PostResult mixed = post(at(receiver.port(), "mixed.test"));
  EXPECT_EQ(mixed.end, PostEnd::certificate_refused) << mixed.detail;
  EXPECT_EQ(mixed.detail, "hostname mismatch");
  EXPECT_EQ(mixed.peer, "127.0.0.1:" + std::to_string(receiver.port()));
}

TEST_F(HttpTransportTest, ProductionDoesNotConnectToLoopback) {
  Receiver receiver(test_identity(), answer_once);
  configure({.mode = EgressMode::production, .allowed_ports = {{1, 65535}}});
  const PostResult result = post(at(receiver.port()));
  EXPECT_EQ(result.end, PostEnd::host_refused);
  EXPECT_THAT(result.detail, HasSubstr("loopback"));
}

TEST_F(HttpTransportTest, TheNextAddressIsTriedWhereOneRefuses) {
  Receiver receiver(test_identity(), answer_once);
  dns::Server server(dns::Table{{"two.test", {"127.0.0.2", "127.0.0.1"}}});
  configure({.mode = EgressMode::sandbox}, server.address());
  const PostResult result = post(at(receiver.port(), "two.test"));
  EXPECT_EQ(result.end, PostEnd::certificate_refused) << result.detail;
  EXPECT_EQ(result.peer, "127.0.0.1:" + std::to_string(receiver.port()));
}

TEST_F(HttpTransportTest, ANameThatDoesNotExistFailsInDns) {
  dns::Server server(dns::Table{});
  configure({.mode = EgressMode::sandbox}, server.address());
  const PostResult result = post("https://nobody.test/");
  EXPECT_EQ(result.end, PostEnd::dns_failed);
  EXPECT_THAT(result.detail, StartsWith("nobody.test: "));
  EXPECT_FALSE(result.request_started);
}

TEST_F(HttpTransportTest, OneQuestionServesAllWhoAskAtTheSameTime) {
  std::latch all_have_asked(1);
  dns::Server server([&](const dns::Question& question) {
    all_have_asked.wait();
    const bool ipv4 = question.type == dns::kA;
    return std::vector{dns::reply(
        question, ipv4 ? std::vector{dns::a("93.184.216.34")} : std::vector<dns::Record>{})};
  });
  configure({.mode = EgressMode::sandbox}, server.address());
  std::vector<std::future<PostResult>> all;
  for (int i = 0; i < 20; ++i) all.push_back(begin("https://many.test/"));
  loops_.at(0).post([&] { all_have_asked.count_down(); });
  for (auto& one : all) EXPECT_EQ(one.get().end, PostEnd::host_refused);
  EXPECT_LE(server.questions(), 2 * limits::kNameServerTries) << "A and AAAA once, but for tries";
}

TEST_F(HttpTransportTest, LocalhostNeedsNoDns) {
  dns::Server silent(dns::Table{{"shop.localhost", {}}, {"localhost", {}}});
  configure({.mode = EgressMode::sandbox}, silent.address());
  const ClosedPort closed;
  EXPECT_EQ(post(at(closed.number(), "shop.localhost")).end, PostEnd::connect_failed);
  EXPECT_EQ(silent.questions(), 0);
}

TEST_F(HttpTransportTest, ManyExchangesWithTheServerOfThisFolder) {
  Loops serving(2);
  const auto tls = make_server_tls(test_identity().chain_pem, test_identity().key_pem);
  const HttpHandler echo = [](HttpRequest request, Respond respond) {
    respond({.status = 200, .headers = {}, .body = request.body});
  };
  auto server = HttpServer::listen(serving, {.tls = *tls}, {echo, echo});
  ASSERT_TRUE(server);
  serving.start();
  std::size_t connected = 0;
  for (int round = 0; round < 10; ++round) {
    std::vector<std::future<PostResult>> all;
    for (int i = 0; i < 32; ++i) {
      all.push_back(begin(at((*server)->port()), kTestPatience, std::to_string(round * 100 + i)));
    }
    for (int i = 0; i < 32; ++i) {
      const PostResult result = all[std::size_t(i)].get();
      EXPECT_EQ(result.end, PostEnd::answered) << result.detail;
      EXPECT_EQ(result.answer_head, std::to_string(round * 100 + i));
      if (!result.connection_reused) ++connected;
    }
  }
  EXPECT_LE(connected, 32U);
  EXPECT_EQ((*server)->connections(), connected);
  (*server)->drain(kTestPatience);
  serving.stop();
}

TEST_F(HttpTransportTest, LoopsMayStopWithExchangesOpen) {
  dns::Server silent_dns(dns::Table{{"silent.test", {}}});
  configure({.mode = EgressMode::sandbox}, silent_dns.address());
  std::atomic<bool> came = false;
  Receiver deaf(test_identity(), [&came](Visit& visit) {
    came = true;
    visit.wait_for_close();
  });
  const auto answer = begin(at(deaf.port()));
  ASSERT_TRUE(eventually([&] { return came.load(); }));
  const auto dns = begin("https://silent.test/");
  ASSERT_TRUE(eventually([&] { return silent_dns.questions() > 0; }));
  loops_.stop();
  for (const auto* open : {&dns, &answer}) {
    EXPECT_EQ(open->wait_for(0s), std::future_status::timeout);
  }
  transport_.reset();
}

}  // namespace
}  // namespace favorhook::net
