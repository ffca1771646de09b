#include "cli/receiver.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include "../../merchant/test_platform.h"
#include "../../merchant/test_server.h"
#include "apiv3/notification.h"
#include "base/temp_dir.h"
#include "base/test_patience.h"
#include "base/test_port.h"
#include "cli/post_text.h"
#include "cli/story_mailbox.h"

namespace favorhook::cli {
namespace {

using merchant::Pairs;
using merchant::TestPlatform;
using merchant::TestRequest;
using merchant::TestServer;
using testing::HasSubstr;

const std::string kKey = "0123456789abcdef0123456789ABCDEF";
constexpr const char* kId = "018f3c3e-0000-7000-8000-000000000001";

TestPlatform& platform() {
  return TestPlatform::instance();
}

TlsIdentity localhost_identity() {
  const auto key = crypto::PrivateKey::generate_p256();
  const crypto::TlsNames names = {{"localhost"}, {"127.0.0.1"}};
  const auto now = SystemClocks().wall();
  return {*platform().authority.issue_tls(names, key.public_key(), now), key.to_pem()};
}

std::string sealed_body(const std::string& plaintext = R"({"stock_id":"1282070000000001"})") {
  apiv3::Notification notification;
  notification.id = kId;
  notification.create_time = "2026-04-22T12:54:24+08:00";
  notification.resource_type = "encrypt-resource";
  notification.event_type = "COUPON.SEND";
  notification.summary = "商家券领券通知";
  notification.original_type = "coupon";
  notification.algorithm = "AEAD_AES_256_GCM";
  notification.associated_data = "coupon";
  notification.nonce = "QC8M6Rj84iKL";
  notification.plaintext = plaintext;
  return *apiv3::seal_notification(notification, kKey);
}

// A receiver whose POSTs are kept for the test to look at.
struct Running {
  explicit Running(ReceiverOptions options = {}) {
    options.identity = localhost_identity();
    options.on_post = [this](const ReceivedPost& post) {
      const std::scoped_lock lock(mutex);
      posts.push_back(post);
    };
    auto started =
        Receiver::start(std::move(options), merchant::NotificationHandler(platform().keys(), kKey));
    EXPECT_TRUE(started) << started.error().what;
    receiver = std::move(*started);
  }
  std::string url() const { return "https://localhost:" + std::to_string(receiver->port()); }

  std::mutex mutex;
  std::vector<ReceivedPost> posts;
  std::unique_ptr<Receiver> receiver;
};

struct Reply {
  CURLcode code;
  long status = 0;
  std::string body;
};

Reply exchange(const std::string& url, const Pairs& headers, const std::string* body) {
  CURL* curl = curl_easy_init();
  curl_slist* list = nullptr;
  for (const auto& [name, value] : headers) {
    list = curl_slist_append(list, (name + ": " + value).c_str());
  }
  std::string ca = platform().authority.certificate_pem();
  curl_blob blob = {ca.data(), ca.size(), CURL_BLOB_COPY};
  Reply reply;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  if (body != nullptr) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data());
  }
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t n, void* to) {
        static_cast<std::string*>(to)->append(data, n);
        return n;
      });
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  reply.code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  curl_slist_free_all(list);
  curl_easy_cleanup(curl);
  return reply;
}

Reply post(const Running& running, const std::string& body, const Pairs& headers) {
  return exchange(running.url() + "/notify", headers, &body);
}

TEST(Receiver, AcknowledgesAGoodNotificationAndTellsOfIt) {
  ::setenv("NO_COLOR", "1", 1);
  Running running;
  const std::string body = sealed_body();
  const auto before = unix_millis(SystemClocks().wall());
  const Reply reply = post(running, body, platform().sign(body));
  const auto after = unix_millis(SystemClocks().wall());
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "");

  ASSERT_EQ(running.posts.size(), 1u);
  const ReceivedPost& seen = running.posts[0];
  EXPECT_EQ(seen.target, "/notify");
  EXPECT_EQ(seen.id, kId);
  EXPECT_EQ(seen.fault, "");
  EXPECT_EQ(seen.notification->plaintext, R"({"stock_id":"1282070000000001"})");

  const auto line = boost::json::parse(post_json_line(seen));
  EXPECT_EQ(line.at("id").as_string(), kId);
  EXPECT_EQ(line.at("nonce").as_string(), "593bec0c930bf1afeb40b4a08c8fb242");
  EXPECT_EQ(line.at("verdict").as_string(), "verified");
  EXPECT_EQ(line.at("plaintext").as_string(), R"({"stock_id":"1282070000000001"})");
  EXPECT_EQ(line.at("status").as_int64(), 200);
  EXPECT_GE(line.at("received_at").as_int64(), before);
  EXPECT_LE(line.at("received_at").as_int64(), after);

  const std::string text = post_text(seen);
  EXPECT_THAT(text, HasSubstr("COUPON.SEND " + std::string(kId)));
  EXPECT_THAT(text, HasSubstr("(344 characters)"));
  EXPECT_THAT(text, HasSubstr("64 characters of base64"));  // 31 bytes and a tag of 16
  EXPECT_THAT(text, HasSubstr("verified, answered 200"));
}

TEST(Receiver, RefusesATamperedNotificationWithTheReason) {
  Running running;
  const std::string body = sealed_body();
  const Reply reply = post(running, body + " ", platform().sign(body));
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.body, R"({"code":"FAIL","message":"the signature is wrong"})");
  ASSERT_EQ(running.posts.size(), 1u);
  const auto line = boost::json::parse(post_json_line(running.posts[0]));
  EXPECT_EQ(line.at("verdict").as_string(), "the signature is wrong");
  EXPECT_EQ(line.at("id").as_string(), kId);  // its claim, to join it with the ledger
  EXPECT_TRUE(line.at("plaintext").is_null());
}

TEST(Receiver, AnswersAsToldAndAsLateAsTold) {
  ReceiverOptions options;
  options.answer_status = 503;
  options.delay = Millis(150);
  Running running(std::move(options));
  const std::string body = sealed_body();
  const auto start = std::chrono::steady_clock::now();
  const Reply reply = post(running, body, platform().sign(body));
  EXPECT_GE(std::chrono::steady_clock::now() - start, Millis(150));
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr(R"("code":"FAIL")"));
  ASSERT_EQ(running.posts.size(), 1u);
  EXPECT_EQ(running.posts[0].fault, "");
}

TEST(Receiver, TakesPostsOnly) {
  Running running;
  EXPECT_EQ(exchange(running.url() + "/", {}, nullptr).status, 405);
  EXPECT_EQ(running.posts.size(), 0u);
}

TEST(Receiver, PassesThePostOnUntouchedAndItsAnswerBack) {
  TestRequest passed;
  const TestServer program([&](const TestRequest& request) {
    passed = request;
    return std::string(
        "HTTP/1.1 500 x\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: "
        "close\r\n\r\nnope");
  });
  ReceiverOptions options;
  options.forward_to = program.base_url() + "/hook";
  Running running(std::move(options));
  const std::string body = sealed_body();
  const Pairs headers = platform().sign(body);
  const Reply reply = post(running, body, headers);
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body, "nope");
  EXPECT_EQ(passed.line, "POST /hook HTTP/1.1");
  EXPECT_EQ(passed.body, body);
  for (const auto& [name, value] : headers) EXPECT_EQ(find_header(passed.headers, name), value);
  EXPECT_EQ(count_headers(passed.headers, "Content-Length"), 1u);
  ASSERT_EQ(running.posts.size(), 1u);
  EXPECT_EQ(running.posts[0].fault, "");
  EXPECT_EQ(running.posts[0].answer.status, 500);
}

TEST(Receiver, SaysThatTheProgramBehindItDoesNotAnswer) {
  const ClosedPort closed;
  ReceiverOptions options;
  options.forward_to = "http://127.0.0.1:" + closed.text() + "/hook";
  Running running(std::move(options));
  const std::string body = sealed_body();
  const Reply reply = post(running, body, platform().sign(body));
  EXPECT_EQ(reply.status, 502);
  EXPECT_THAT(reply.body, HasSubstr("http://127.0.0.1:" + closed.text() + "/hook"));
}

TEST(Receiver, SaysThatThePortIsTaken) {
  const Running running;
  ReceiverOptions options;
  options.port = running.receiver->port();
  options.identity = localhost_identity();
  const auto second =
      Receiver::start(std::move(options), merchant::NotificationHandler(platform().keys(), kKey));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr(std::to_string(running.receiver->port())));
}

// The merchant library's TLS, against this receiver as any server: the CA file is needed, and with
// it the name still counts.
TEST(MerchantClient, TrustsTheCaFileAndOnlyForItsNames) {
  const Running running;
  const TempDir dir;
  const std::string ca_file = dir.file("ca.pem");
  std::ofstream(ca_file) << platform().authority.certificate_pem();
  const auto call = [&](const std::string& host, const std::string& ca) {
    merchant::ClientOptions options;
    options.base_url = "https://" + host + ":" + std::to_string(running.receiver->port());
    options.ca_file = ca;
    options.timeout_ms = Millis(kTestPatience).count();
    merchant::Client client(platform().merchant_credentials(), platform().keys(), options);
    return client.call("POST", "/v3/x", "{}");
  };
  const auto trusted = call("localhost", ca_file);
  ASSERT_TRUE(trusted) << trusted.error();
  EXPECT_EQ(trusted->status, 401);
  EXPECT_FALSE(trusted->verified);
  EXPECT_FALSE(call("localhost", ""));
  EXPECT_FALSE(call("127.0.0.2", ca_file));
}

TEST(Mailbox, TakesTheStorysOwnNotificationOnly) {
  Mailbox box;
  ReceivedPost seen;
  seen.notification.emplace();
  seen.notification->plaintext = R"({"stock_id":"1282070000000001"})";
  EXPECT_EQ(box.judge(seen).status, 503);  // nothing is expected yet
  box.expect("1282070000000002");
  seen.answer = box.judge(seen);
  EXPECT_EQ(seen.answer.status, 503);
  box.put(seen);
  EXPECT_FALSE(box.wait(Millis(1)));
  box.expect("1282070000000001");
  seen.answer = box.judge(seen);
  EXPECT_EQ(seen.answer.status, 200);
  box.put(seen);
  ASSERT_TRUE(box.wait(Millis(1)));
  EXPECT_EQ(box.fault(), "");
}

}  // namespace
}  // namespace favorhook::cli
