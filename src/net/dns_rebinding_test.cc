// A resolver that lies: names whose addresses change from question to question, chains, floods and
// nonsense, over real UDP through the real resolver and transport. Whatever it says, no connection
// is made to an address that the egress policy would have refused.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <future>

#include "base/check.h"
#include "net/http_transport.h"
#include "net/testing.h"

namespace favorhook::net {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kA = 1, kCname = 5, kAaaa = 28;
constexpr int kNoError = 0, kServerFailure = 2, kNameError = 3, kRefused = 5;

struct Question {
  std::string id;       // two bytes
  std::string section;  // as asked
  std::string name;
  int type = 0;
  int number = 0;  // of all questions of this type, from 0
};

struct Record {
  int type;
  std::string data;  // in wire form
};

std::string wire_name(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    wire += char(label.size());
    wire += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return wire + '\0';
}

Record a(const char* text) {
  std::string data(4, '\0');
  CHECK(inet_pton(AF_INET, text, data.data()) == 1);
  return {kA, data};
}
Record aaaa(const char* text) {
  std::string data(16, '\0');
  CHECK(inet_pton(AF_INET6, text, data.data()) == 1);
  return {kAaaa, data};
}

std::string number16(std::size_t number) {
  return {char(number >> 8U), char(number & 0xffU)};
}

// TTL 0: nobody may keep it. Each record belongs to the name of the CNAME before it.
std::string reply(const Question& question, const std::vector<Record>& records, int code = kNoError,
                  bool truncated = false) {
  std::string text = question.id;
  text += char(truncated ? 0x87 : 0x85);
  text += char(0x80 | code);
  text += number16(1) + number16(records.size()) + number16(0) + number16(0) + question.section;
  std::string owner = "\xc0\x0c";  // the name in the question
  for (const Record& record : records) {
    text += owner + number16(std::size_t(record.type)) + number16(1) + std::string(4, '\0') +
            number16(record.data.size()) + record.data;
    if (record.type == kCname) owner = record.data;
  }
  return text;
}

// Sends what the script makes of each question; an empty text is no answer.
class LyingDns {
 public:
  using Script = std::function<std::vector<std::string>(const Question&)>;
  explicit LyingDns(Script script) : script_(std::move(script)), socket_(open()) {
    thread_ = std::thread([this] { serve(); });
  }
  ~LyingDns() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    thread_.join();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int questions() const { return questions_.load(); }

 private:
  Descriptor open() {
    Descriptor socket(::socket(AF_INET, SOCK_DGRAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(socket.get(), any, size) == 0);
    CHECK(::getsockname(socket.get(), any, &size) == 0);
    port_ = ntohs(address.sin_port);
    return socket;
  }

  void serve() {
    std::map<int, int> asked;
    for (;;) {
      char bytes[512];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      auto* const sender = reinterpret_cast<sockaddr*>(&from);
      const auto got = ::recvfrom(socket_.get(), bytes, sizeof bytes, 0, sender, &size);
      if (got < 17) return;
      ++questions_;
      Question question = read(std::string_view(bytes, std::size_t(got)));
      question.number = asked[question.type]++;
      for (const std::string& text : script_(question)) {
        ::sendto(socket_.get(), text.data(), text.size(), 0, sender, size);
      }
    }
  }

  static Question read(std::string_view bytes) {
    Question question;
    question.id = bytes.substr(0, 2);
    std::size_t at = 12;
    while (bytes[at] != 0) {
      const auto length = std::size_t(bytes[at]);
      if (!question.name.empty()) question.name += '.';
      question.name += bytes.substr(at + 1, length);
      at += length + 1;
    }
    question.type = bytes[at + 2];
    question.section = bytes.substr(12, at + 5 - 12);
    return question;
  }

  Script script_;
  std::uint16_t port_ = 0;
  Descriptor socket_;
  std::atomic<int> questions_ = 0;
  std::thread thread_;
};

// Answers questions for IPv4 with the records, others with none.
LyingDns::Script always(std::vector<Record> records) {
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

  void use(EgressOptions egress, LyingDns& dns) {
    transport_.reset();
    auto tls = make_client_tls({.system_authorities = false});
    ASSERT_TRUE(tls);
    egress.allowed_ports = {{1, 65535}};
    egress_ = std::make_unique<Egress>(std::move(egress));
    transport_ = std::make_unique<HttpTransport>(loops_.at(0), *egress_, *tls,
                                                 TransportOptions{dns.address()});
  }

  PostResult post(Millis budget = 2s, const std::string& name = "shop.test") {
    std::promise<PostResult> promise;
    const std::string url = "https://" + name + ":" + std::to_string(receiver_.port()) + "/notify";
    loops_.at(0).post([&] {
      transport_->post({.url = url, .headers = {}, .body = "{}", .budget = budget},
                       [&](PostResult result) { promise.set_value(std::move(result)); });
    });
    return promise.get_future().get();
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
  LyingDns dns([](const Question& question) {
    const Record record = a(question.number % 2 == 0 ? "127.0.0.2" : "127.0.0.1");
    return std::vector{
        reply(question, question.type == kA ? std::vector{record} : std::vector<Record>())};
  });
  use(production(), dns);
  int allowed = 0, refused = 0;
  for (int i = 0; i < 40; ++i) {
    const PostResult result = post();
    const bool tried = result.end == PostEnd::connect_failed;
    ++(tried ? allowed : refused);
    EXPECT_TRUE(tried || result.end == PostEnd::host_refused) << result.detail;
    EXPECT_THAT(result.peer, tried ? StartsWith("127.0.0.2:") : StartsWith(""));
    EXPECT_EQ(result.peer.empty(), !tried);
  }
  EXPECT_EQ(allowed, 20) << "each attempt asks once, and connects to what it was told";
  EXPECT_EQ(refused, 20);
  EXPECT_EQ(visits_, 0) << "the refused address was connected to";
}

// Both in one answer, in any order: the allowed one alone is tried.
TEST_F(DnsRebindingTest, AForbiddenAddressBesideAnAllowedOneIsNotTried) {
  const std::vector<Record> orders[] = {{a("127.0.0.1"), a("127.0.0.2")},
                                        {a("127.0.0.2"), a("127.0.0.1")}};
  for (const auto& records : orders) {
    LyingDns dns(always(records));
    use(production(), dns);
    const PostResult result = post();
    EXPECT_EQ(result.end, PostEnd::connect_failed) << result.detail;
    EXPECT_THAT(result.peer, StartsWith("127.0.0.2:"));
  }
  EXPECT_EQ(visits_, 0);
}

TEST_F(DnsRebindingTest, AnAllowedNameIsConnectedTo) {
  LyingDns dns(always({a("127.0.0.1")}));
  use(kSandbox, dns);
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
      LyingDns dns([&record](const Question& question) {
        return std::vector{reply(
            question, question.type == record.type ? std::vector{record} : std::vector<Record>())};
      });
      use(egress, dns);
      const PostResult result = post();
      EXPECT_EQ(result.end, PostEnd::host_refused) << result.detail;
      EXPECT_EQ(result.peer, "");
    }
  }
  EXPECT_EQ(visits_, 0);
}

TEST_F(DnsRebindingTest, AChainOfNamesEndsAtAnAddressThatIsJudged) {
  const auto cname = [](const char* name) { return Record{kCname, wire_name(name)}; };
  LyingDns dns(always({cname("b.test"), cname("c.test"), a("169.254.169.254")}));
  use(kSandbox, dns);
  EXPECT_EQ(post().end, PostEnd::host_refused);
  LyingDns loop(always({cname("b.test"), cname("shop.test")}));
  use(kSandbox, loop);
  EXPECT_THAT(post().end, AnyOf(PostEnd::dns_failed, PostEnd::timed_out));
  // A chain to a local name is not followed into the machine: its own addresses count.
  LyingDns local(always({cname("localhost")}));
  use(production(), local);
  EXPECT_THAT(post().end, AnyOf(PostEnd::dns_failed, PostEnd::host_refused));
  EXPECT_EQ(visits_, 0);
}

TEST_F(DnsRebindingTest, AFloodOfAddressesIsBounded) {
  std::vector<Record> records(30, a("127.0.0.1"));  // a datagram of 512 bytes holds no more
  for (std::size_t i = 0; i < records.size(); ++i) records[i].data[3] = char(i + 3);
  LyingDns dns(always(records));
  use(kSandbox, dns);
  const auto start = std::chrono::steady_clock::now();
  const PostResult result = post();
  EXPECT_EQ(result.end, PostEnd::connect_failed) << result.detail;
  EXPECT_THAT(result.peer, StartsWith("127.0.0.18:")) << "the last of sixteen";
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

TEST_F(DnsRebindingTest, WhatIsNoAnswerFailsWithinTheBudget) {
  struct Case {
    const char* name;
    LyingDns::Script script;
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
    LyingDns dns(one.script);
    use(kSandbox, dns);
    const auto start = std::chrono::steady_clock::now();
    const PostResult result = post(600ms);
    EXPECT_THAT(result.end, AnyOf(PostEnd::dns_failed, PostEnd::timed_out)) << one.name;
    EXPECT_FALSE(result.request_started) << one.name;
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s) << one.name;
    EXPECT_GT(dns.questions(), 0) << one.name;
  }
  EXPECT_EQ(visits_, 0);
}

// Whoever guesses must guess the number of the question, and what was asked.
TEST_F(DnsRebindingTest, AnswersToOtherQuestionsAreNotTaken) {
  LyingDns dns([](const Question& question) {
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
  use(kSandbox, dns);
  const PostResult result = post();
  EXPECT_EQ(result.end, PostEnd::host_refused) << result.detail;
  EXPECT_EQ(visits_, 0);
}

TEST_F(DnsRebindingTest, NamesThatLookLikeAddressesAreNotAskedFor) {
  LyingDns dns(always({a("127.0.0.1")}));
  use(production(), dns);
  for (const char* name : {"127.1", "0x7f.1", "0177.0.0.1", "2130706433", "[::ffff:127.0.0.1]",
                           "[::1]", "localhost", "a.localhost", "LOCALHOST"}) {
    const PostResult result = post(2s, name);
    EXPECT_EQ(result.end, PostEnd::host_refused) << name << ": " << result.detail;
  }
  for (const char* name : {"localhost.", "127.0.0.1.", "a..test", "1.2.3.4.5", "a.0x7f",
                           "%6cocalhost", "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1"}) {
    EXPECT_EQ(post(2s, name).end, PostEnd::host_refused) << name;
  }
  EXPECT_EQ(dns.questions(), 0);
  EXPECT_EQ(visits_, 0);
}

}  // namespace
}  // namespace favorhook::net
