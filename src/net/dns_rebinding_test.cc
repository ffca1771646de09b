// A resolver that lies: names whose addresses change from question to question, chains, floods and
// nonsense, over real UDP through the real resolver and transport. Whatever it says, no connection
// is made to an address that the egress policy would have refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/test_patience.h"
#include "net/http_transport.h"
#include "net/testing_dns.h"

namespace favorhook::net {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using dns::a;
using dns::aaaa;
using dns::kA;
using dns::kCname;
using dns::kNameError;
using dns::kNoError;
using dns::kRefused;
using dns::kServerFailure;
using dns::Question;
using dns::Record;
using dns::reply;
using dns::wire_name;

// Answers questions for IPv4 with the records, others with none.
dns::Script always(std::vector<Record> records) {
  return [records](const Question& question) {
    return std::vector{reply(question, question.type == kA ? records : std::vector<Record>())};
  };
}

class DnsRebindingTest : public ::testing::Test {
 protected:
  // Counts who comes to 127.0.0.1, and never speaks.
  DnsRebindingTest() : receiver_({}, [this](Visit&) { ++visits_; }, {.tls = false}) {
    loops_.start();
  }
  ~DnsRebindingTest() override {
    loops_.stop();
    transport_.reset();
  }

  void use(EgressOptions egress, const dns::Server& server) {
    transport_.reset();
    auto tls = make_client_tls({.system_authorities = false});
    ASSERT_TRUE(tls);
    egress.allowed_ports = {{1, 65535}};
    egress_ = std::make_unique<Egress>(std::move(egress));
    transport_ = std::make_unique<HttpTransport>(loops_.at(0), *egress_, *tls,
                                                 TransportOptions{server.address()});
  }

  PostResult post(Millis budget = kTestPatience, const std::string& name = "shop.test") {
    std::promise<PostResult> promise;
    const std::string url = "https://" + name + ":" + std::to_string(receiver_.port()) + "/notify";
    loops_.at(0).post([&] {
      transport_->post({.url = url, .headers = {}, .body = "{}", .budget = budget},
                       [&](PostResult result) { promise.set_value(std::move(result)); });
    });
    return promise.get_future().get();
  }

  // Connections are taken in order: whoever came before this one has been counted at its end.
  bool nobody_came() {
    RawClient last(receiver_.port());
    last.read_to_end();
    return visits_ == 1;
  }

  std::atomic<int> visits_ = 0;
  Receiver receiver_;
  Loops loops_{1};
  std::unique_ptr<Egress> egress_;
  std::unique_ptr<HttpTransport> transport_;
};

const EgressOptions kSandbox{.mode = EgressMode::sandbox};

// 127.0.0.2, where nobody listens, is a network of the operator's; 127.0.0.1 is not.
EgressOptions production() {
  return {.mode = EgressMode::production, .allowed_networks = {*Network::from_text("127.0.0.2")}};
}

TEST_F(DnsRebindingTest, ANameThatChangesBetweenQuestionsNeverGetsThrough) {
  std::atomic<bool> lies = false;
  dns::Server server([&lies](const Question& question) {
    const Record record = a(lies ? "127.0.0.1" : "127.0.0.2");
    return std::vector{
        reply(question, question.type == kA ? std::vector{record} : std::vector<Record>())};
  });
  use(production(), server);
  int allowed = 0, refused = 0;
  for (int i = 0; i < 40; ++i) {
    lies = i % 2 == 1;
    const PostResult result = post();
    const bool tried = result.end == PostEnd::connect_failed;
    ++(tried ? allowed : refused);
    EXPECT_TRUE(tried || result.end == PostEnd::host_refused) << result.detail;
    EXPECT_THAT(result.peer, tried ? StartsWith("127.0.0.2:") : StartsWith(""));
    EXPECT_EQ(result.peer.empty(), !tried);
  }
  EXPECT_EQ(allowed, 20) << "each attempt asks once, and connects to what it was told";
  EXPECT_EQ(refused, 20);
  EXPECT_TRUE(nobody_came()) << "the refused address was connected to";
}

// Both in one answer, in any order: the allowed one alone is tried.
TEST_F(DnsRebindingTest, AForbiddenAddressBesideAnAllowedOneIsNotTried) {
  const std::vector<Record> orders[] = {{a("127.0.0.1"), a("127.0.0.2")},
                                        {a("127.0.0.2"), a("127.0.0.1")}};
  for (const auto& records : orders) {
    dns::Server server(always(records));
    use(production(), server);
    const PostResult result = post();
    EXPECT_EQ(result.end, PostEnd::connect_failed) << result.detail;
    EXPECT_THAT(result.peer, StartsWith("127.0.0.2:"));
  }
  EXPECT_TRUE(nobody_came());
}

TEST_F(DnsRebindingTest, AnAllowedNameIsConnectedTo) {
  dns::Server server(always({a("127.0.0.1")}));
  use(kSandbox, server);
  const PostResult result = post();
  EXPECT_EQ(result.end, PostEnd::tls_failed) << result.detail;
  EXPECT_EQ(visits_, 1) << "so the other tests would see a visit";
}

TEST_F(DnsRebindingTest, MetadataAndItsDisguisesAreNeverTried) {
  const Record hidden[] = {a("169.254.169.254"),
                           a("100.100.100.200"),
                           a("0.0.0.0"),
                           aaaa("::ffff:169.254.169.254"),
                           aaaa("64:ff9b::169.254.169.254"),
                           aaaa("2002:a9fe:a9fe::1"),
                           aaaa("fe80::a9fe:a9fe"),
                           aaaa("fd00:ec2::254"),
                           aaaa("::"),
                           aaaa("::127.0.0.1")};
  EgressOptions open = kSandbox;
  open.allowed_networks = {*Network::from_text("::/0")};
  for (const EgressOptions& egress : {kSandbox, production(), open}) {
    for (const Record& record : hidden) {
      dns::Server server([&record](const Question& question) {
        return std::vector{reply(
            question, question.type == record.type ? std::vector{record} : std::vector<Record>())};
      });
      use(egress, server);
      const PostResult result = post();
      EXPECT_EQ(result.end, PostEnd::host_refused) << result.detail;
      EXPECT_EQ(result.peer, "");
    }
  }
  EXPECT_TRUE(nobody_came());
}

TEST_F(DnsRebindingTest, AChainOfNamesEndsAtAnAddressThatIsJudged) {
  const auto cname = [](const char* name) { return Record{kCname, wire_name(name)}; };
  dns::Server server(always({cname("b.test"), cname("c.test"), a("169.254.169.254")}));
  use(kSandbox, server);
  EXPECT_EQ(post().end, PostEnd::host_refused);
  dns::Server loop(always({cname("b.test"), cname("shop.test")}));
  use(kSandbox, loop);
  EXPECT_THAT(post().end, AnyOf(PostEnd::dns_failed, PostEnd::timed_out));
  // A chain to a local name is not followed into the machine: its own addresses count.
  dns::Server local(always({cname("localhost")}));
  use(production(), local);
  EXPECT_THAT(post().end, AnyOf(PostEnd::dns_failed, PostEnd::host_refused));
  EXPECT_TRUE(nobody_came());
}

TEST_F(DnsRebindingTest, AFloodOfAddressesIsBounded) {
  std::vector<Record> records(30, a("127.0.0.1"));  // a datagram of 512 bytes holds no more
  for (std::size_t i = 0; i < records.size(); ++i) records[i].data[3] = char(i + 3);
  dns::Server server(always(records));
  use(kSandbox, server);
  const PostResult result = post();
  EXPECT_EQ(result.end, PostEnd::connect_failed) << result.detail;
  EXPECT_THAT(result.peer, StartsWith("127.0.0.18:")) << "the last of sixteen";
}

TEST_F(DnsRebindingTest, WhatIsNoAnswerFailsWithinTheBudget) {
  struct Case {
    const char* name;
    dns::Script script;
  };
  const auto coded = [](int code) {
    return [code](const Question& question) { return std::vector{reply(question, {}, code)}; };
  };
  const auto text = [](std::string bytes) {
    return [bytes](const Question& question) { return std::vector{question.id + bytes}; };
  };
  const Case cases[] = {
      {"no such name", coded(kNameError)},
      {"the server failed", coded(kServerFailure)},
      {"the server refused", coded(kRefused)},
      {"no address", coded(kNoError)},
      {"truncated, and no TCP",
       [](const Question& question) { return std::vector{reply(question, {}, kNoError, true)}; }},
      {"silence", [](const Question&) { return std::vector<std::string>(); }},
      {"an empty datagram", [](const Question&) { return std::vector<std::string>{""}; }},
      {"a header alone", text(std::string("\x85\x80\0\1\0\1\0\0\0\0", 10))},
      {"half a record",
       [](const Question& question) {
         const std::string whole = reply(question, {a("127.0.0.1")});
         return std::vector{whole.substr(0, whole.size() - 2)};
       }},
      {"more records announced than sent",
       [](const Question& question) {
         std::string lying = reply(question, {a("127.0.0.1")});
         lying[6] = '\x7f';
         return std::vector{lying};
       }},
      {"nonsense", text(std::string(300, '\xff'))},
      {"a name that points at itself",
       text(std::string("\x85\x80\0\1\0\1\0\0\0\0\xc0\x0c\0\1\0\1", 16))},
      {"an address of three bytes",
       [](const Question& question) {
         return std::vector{reply(question, {{kA, std::string(3, '\x7f')}})};
       }},
  };
  for (const Case& one : cases) {
    dns::Server server(one.script);
    use(kSandbox, server);
    const PostResult result = post(600ms);
    EXPECT_THAT(result.end, AnyOf(PostEnd::dns_failed, PostEnd::timed_out)) << one.name;
    if (result.end == PostEnd::timed_out) {
      EXPECT_EQ(result.detail, "timed out after 600 ms asking DNS") << one.name;
    }
    EXPECT_FALSE(result.request_started) << one.name;
    EXPECT_TRUE(eventually([&] { return server.questions() > 0; })) << one.name;
  }
  EXPECT_TRUE(nobody_came());
}

// Whoever guesses must guess the number of the question, and what was asked.
TEST_F(DnsRebindingTest, AnswersToOtherQuestionsAreNotTaken) {
  dns::Server server([](const Question& question) {
    Question wrong = question;
    wrong.id[0] = char(wrong.id[0] ^ 0x55);
    Question other = question;
    other.name = "evil.test";
    other.section = wire_name("evil.test") + question.section.substr(question.section.size() - 4);
    const std::vector<Record> lie =
        question.type == kA ? std::vector{a("127.0.0.1")} : std::vector<Record>();
    const std::vector<Record> truth =
        question.type == kA ? std::vector{a("169.254.169.254")} : std::vector<Record>();
    return std::vector{reply(wrong, lie), reply(other, lie), reply(question, truth)};
  });
  use(kSandbox, server);
  const PostResult result = post();
  EXPECT_EQ(result.end, PostEnd::host_refused) << result.detail;
  EXPECT_TRUE(nobody_came());
}

TEST_F(DnsRebindingTest, NamesThatLookLikeAddressesAreNotAskedFor) {
  dns::Server server(always({a("127.0.0.1")}));
  use(production(), server);
  for (const char* name : {"127.1", "0x7f.1", "0177.0.0.1", "2130706433", "[::ffff:127.0.0.1]",
                           "[::1]", "localhost", "a.localhost", "LOCALHOST"}) {
    const PostResult result = post(kTestPatience, name);
    EXPECT_EQ(result.end, PostEnd::host_refused) << name << ": " << result.detail;
  }
  for (const char* name : {"localhost.", "127.0.0.1.", "a..test", "1.2.3.4.5", "a.0x7f",
                           "%6cocalhost", "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1"}) {
    EXPECT_EQ(post(kTestPatience, name).end, PostEnd::host_refused) << name;
  }
  EXPECT_EQ(server.questions(), 0);
  EXPECT_TRUE(nobody_came());
}

}  // namespace
}  // namespace favorhook::net
