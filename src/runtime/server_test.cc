#include "runtime/server.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "apiv3/signing_string.h"
#include "base/limits.h"
#include "base/test_port.h"
#include "base/time_text.h"
#include "crypto/random.h"
#include "crypto/sign.h"
#include "runtime/data_dir.h"
#include "runtime/server_file.h"
#include "runtime/test_support.h"

namespace favorhook::runtime {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kMchId = "1900000001";

// Of this process: another one may be given a port as soon as it is free.
int listening_sockets() {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    int listens = 0;
    socklen_t size = sizeof(listens);
    const int handle = std::stoi(entry.path().filename());
    const bool is_socket = ::getsockopt(handle, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0;
    if (is_socket && listens != 0) ++found;
  }
  return found;
}

class Running : public testing::Test {
 protected:
  void SetUp() override {
    config_.data_dir = home_.file("data");
    config_.listen.port = config_.tls_listen.port = config_.admin_listen.port = 0;
    config_.loops = 2;
    config_.log_level = LogLevel::error;
    start();
  }
  void start() {
    auto started = Server::start(config_);
    ASSERT_TRUE(started) << started.error().what;
    server_ = std::move(*started);
    token_ = open_data_dir(config_.data_dir, true)->admin_token;
  }

  static std::string request(const std::string& method, const std::string& target,
                             const std::string& headers, const std::string& body = "") {
    return fmt::format(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}"
        "Content-Length: {}\r\n\r\n{}",
        method, target, headers, body.size(), body);
  }
  std::string admin(const std::string& method, const std::string& target,
                    const json::value& body = nullptr) {
    const std::string headers = "Authorization: Bearer " + token_ + "\r\n";
    return talk_to(server_->info().admin_listen,
                   request(method, target, headers, body.is_null() ? "" : json::serialize(body)));
  }
  static json::value body_of(const std::string& answer) {
    return json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  }

  void add_merchant() {
    const std::string answer = admin("POST", "/admin/v1/merchants",
                                     {{"mchid", kMchId},
                                      {"name", "shop"},
                                      {"kind", "direct"},
                                      {"csr", crypto::make_certificate_request(kMchId, key_)},
                                      {"apiv3_key", "0123456789abcdefghijABCDEFGHIJ01"}});
    ASSERT_THAT(answer, StartsWith("HTTP/1.1 201")) << answer;
    serial_ = std::string(body_of(answer).at("serial_no").as_string());
  }

  std::string signed_call(const std::string& method, const std::string& target,
                          const std::string& body = "") {
    crypto::RsaSigner signer(key_);
    const std::string timestamp = std::to_string(unix_seconds(SystemClocks().wall()));
    const std::string nonce = crypto::SystemRandom().text(32, kAlphanumeric);
    const std::string signature =
        signer.sign(apiv3::request_signing_string(method, target, timestamp, nonce, body));
    const std::string headers = fmt::format(
        "Accept: application/json\r\nUser-Agent: test\r\nContent-Type: application/json\r\n"
        "Authorization: WECHATPAY2-SHA256-RSA2048 mchid=\"{}\",nonce_str=\"{}\",timestamp=\"{}\","
        "serial_no=\"{}\",signature=\"{}\"\r\n",
        kMchId, nonce, timestamp, serial_, signature);
    return talk_to(server_->info().listen, request(method, target, headers, body));
  }

  TempDir home_;
  Config config_;
  std::unique_ptr<Server> server_;
  std::string token_;
  std::string serial_;
  crypto::PrivateKey key_ = crypto::PrivateKey::generate_rsa2048();
};

TEST_F(Running, AnswersSignedRequestsOfAMerchantItWasToldOf) {
  add_merchant();
  const std::string set = signed_call("POST", "/v3/marketing/busifavor/callbacks",
                                      R"({"notify_url":"https://localhost:9000/notify"})");
  EXPECT_THAT(set, StartsWith("HTTP/1.1 200")) << set;
  EXPECT_THAT(set, HasSubstr("Wechatpay-Signature: "));
  const std::string got = signed_call("GET", "/v3/marketing/busifavor/callbacks");
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(got, HasSubstr("https://localhost:9000/notify"));
}

TEST_F(Running, KeepsWhatItWasTold) {
  add_merchant();
  signed_call("POST", "/v3/marketing/busifavor/callbacks",
              R"({"notify_url":"https://localhost:9000/notify"})");
  server_->stop();
  server_.reset();
  start();
  EXPECT_THAT(signed_call("GET", "/v3/marketing/busifavor/callbacks"),
              HasSubstr("https://localhost:9000/notify"));
}

TEST_F(Running, IsFoundByItsFileWhileItRuns) {
  const std::string path = config_.data_dir + "/" + kServerFile;
  const auto place = read_server_file(path);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->pid, ::getpid());
  EXPECT_EQ(place->listen, server_->info().listen);
  EXPECT_EQ(place->tls_listen, server_->info().tls_listen);
  EXPECT_EQ(place->admin_listen, server_->info().admin_listen);
  const int before = listening_sockets();
  server_->stop();
  EXPECT_FALSE(read_server_file(path));
  // Two loops had each a plain and a TLS listener; one is the operator's.
  EXPECT_EQ(listening_sockets(), before - 5);
}

TEST_F(Running, HoldsItsStoreAlone) {
  const auto second = Server::start(config_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("is held by pid " + std::to_string(::getpid())));
  // The one that runs is not harmed.
  EXPECT_THAT(talk_to(server_->info().admin_listen, request("GET", "/readyz", "")),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(Running, ThatCannotListenSaysWhere) {
  Config other = config_;
  other.data_dir = home_.file("other");
  other.listen = *Address::from_text(server_->info().listen);
  const auto second = Server::start(other);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr(std::to_string(other.listen.port)));
  EXPECT_FALSE(std::filesystem::exists(other.data_dir + "/" + kServerFile));
}

TEST_F(Running, AsksForTheTokenWhereItMatters) {
  const std::string& at = server_->info().admin_listen;
  const auto status_of = [&](const std::string& target, const std::string& headers) {
    return talk_to(at, request("GET", target, headers)).substr(9, 3);
  };
  EXPECT_EQ(status_of("/admin/v1/status", ""), "401");
  EXPECT_EQ(status_of("/admin/v1/status", "Authorization: Bearer \r\n"), "401");
  EXPECT_EQ(status_of("/admin/v1/status", "Authorization: Bearer " + token_ + "x\r\n"), "401");
  EXPECT_EQ(status_of("/admin/v1/status", "Authorization: Basic " + token_ + "\r\n"), "401");
  EXPECT_EQ(status_of("/admin/v1/status", "Authorization: bearer " + token_ + "\r\n"), "200");
  EXPECT_EQ(status_of("/healthz", ""), "200");
  EXPECT_EQ(status_of("/readyz", ""), "200");
  EXPECT_EQ(status_of("/elsewhere", ""), "404");
  EXPECT_EQ(talk_to(at, request("POST", "/healthz", "")).substr(9, 3), "405");
}

TEST_F(Running, CountsWhatItDoes) {
  add_merchant();
  signed_call("GET", "/v3/marketing/busifavor/callbacks");
  const std::string text = talk_to(server_->info().admin_listen, request("GET", "/metrics", ""));
  EXPECT_THAT(text, HasSubstr("favorhook_requests_total{class=\"4xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("favorhook_batches_total 1\n"));
  EXPECT_THAT(text, HasSubstr("favorhook_merchants 1\n"));
}

// Nothing listens at the URL: each attempt fails and is recorded, and the stop loses none that
// ends in its time.
TEST_F(Running, RecordsAttemptsAndStopsWithoutLosingAny) {
  const ClosedPort closed;
  add_merchant();
  admin("POST", "/admin/v1/apps", {{"mchid", kMchId}, {"appid", "wx0000000000000001"}});
  signed_call("POST", "/v3/marketing/busifavor/callbacks",
              R"({"notify_url":"https://127.0.0.1:)" + closed.text() + R"(/notify"})");
  const WallTime now = SystemClocks().wall();
  const json::object stock = {
      {"stock_name", "券"},
      {"belong_merchant", kMchId},
      {"goods_name", "全场"},
      {"stock_type", "NORMAL"},
      {"coupon_use_rule",
       {{"coupon_available_time",
         {{"available_begin_time", to_rfc3339(now - std::chrono::hours(1))},
          {"available_end_time", to_rfc3339(now + std::chrono::hours(24))}}},
        {"fixed_normal_coupon", {{"discount_amount", 5}, {"transaction_minimum", 100}}},
        {"use_method", "OFF_LINE"}}},
      {"stock_send_rule", {{"max_coupons", 100}, {"max_coupons_per_user", 5}}},
      {"out_request_no", "stock1"},
      {"display_pattern_info", {{"description", "x"}}},
      {"coupon_code_mode", "WECHATPAY_MODE"}};
  const std::string made =
      signed_call("POST", "/v3/marketing/busifavor/stocks", json::serialize(stock));
  ASSERT_THAT(made, StartsWith("HTTP/1.1 200")) << made;
  const auto stock_id = body_of(made).at("stock_id");
  for (int i = 0; i < 5; ++i) {
    const json::object send = {{"stock_id", stock_id},
                               {"appid", "wx0000000000000001"},
                               {"openid", "oUser0000000000000000000000_1"},
                               {"out_request_no", fmt::format("send{}", i)}};
    const std::string sent =
        signed_call("POST", "/v3/marketing/busifavor/coupons/send", json::serialize(send));
    ASSERT_THAT(sent, StartsWith("HTTP/1.1 200")) << sent;
  }
  const auto begun = SystemClocks().monotonic();
  server_->stop();
  const bool all_ended = SystemClocks().monotonic() - begun < limits::kAttemptTime;
  server_.reset();
  start();
  const json::value events = body_of(admin("GET", "/admin/v1/events")).at("events");
  ASSERT_EQ(events.as_array().size(), 5u);
  for (const json::value& event : events.as_array()) {
    EXPECT_EQ(event.at("state").as_string(), "pending");
    if (all_ended) {
      EXPECT_EQ(event.at("attempts_unknown"), json::value(0));
    }
    const std::string id(event.at("id").as_string());
    const json::value shown = body_of(admin("GET", "/admin/v1/events/" + id));
    for (const json::value& attempt : shown.at("attempts").as_array()) {
      EXPECT_EQ(attempt.at("verdict").as_string(), "connect_failed");
    }
  }
}

}  // namespace
}  // namespace favorhook::runtime
