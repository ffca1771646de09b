#include "bench/hot_node.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "apiv3/authorization.h"
#include "apiv3/signing_string.h"
#include "base/limits.h"
#include "bench/backlog.h"
#include "net/answer_text.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* kMchid = "1900000001";
constexpr const char* kAppid = "wx000000000000bench";
constexpr const char* kCallbacks = "/v3/marketing/busifavor/callbacks";
constexpr const char* kStocks = "/v3/marketing/busifavor/stocks";
constexpr const char* kSend = "/v3/marketing/busifavor/coupons/send";
constexpr std::size_t kPeople = 20;

std::string fixture(const std::string& name) {
  const std::ifstream file(std::string(FAVORHOOK_ROOT "/tests/fixtures/v1/data/merchants/") + name);
  CHECK(file);
  return {std::istreambuf_iterator<char>(file.rdbuf()), {}};
}

crypto::PrivateKey fixed_key(const std::string& mchid) {
  return crypto::PrivateKey::from_pem(fixture(mchid + "/apiclient_key.pem")).value();
}

const crypto::Certificate& merchant_certificate() {
  static const auto made =
      crypto::Certificate::from_pem(fixture(std::string(kMchid) + "/apiclient_cert.pem")).value();
  return made;
}

crypto::RsaSigner& merchant_signer() {
  static crypto::RsaSigner made(fixed_key(kMchid));
  return made;
}

// One merchant; the other one's key stands for the platform's.
std::shared_ptr<const coupon::Directory> make_directory(WallTime now) {
  coupon::Merchant merchant;
  merchant.mchid = merchant.name = kMchid;
  merchant.number = "100001";
  merchant.event_push = merchant.api_send = true;
  merchant.apiv3_key = std::string(32, 'k');
  merchant.certificates.push_back({merchant_certificate()});
  merchant.appids = {kAppid};
  const coupon::PlatformKey key{
      std::string(40, 'B'),    coupon::SigningMode::certificate, "",
      fixed_key("1900000002"), now - std::chrono::days(1),       now + std::chrono::days(1)};
  return std::make_shared<coupon::Directory>(std::vector{std::move(merchant)}, std::vector{key},
                                             std::map<std::string, std::string, std::less<>>{});
}

gateway::TestClocks clocks_within(const crypto::Certificate& certificate) {
  gateway::TestClocks clocks;
  clocks.wall_now = certificate.not_before + std::chrono::days(1);
  clocks.business_now = BusinessTime(clocks.wall_now.time_since_epoch());
  return clocks;
}

// Durable as in production. A VFS by name, though it is the default one: then the store copies its
// log inside commits instead of on a thread of its own.
std::unique_ptr<store::Store> open_store(const std::string& path) {
  auto opened = store::open_sqlite_store({.path = path, .durable = true, .vfs = "unix"});
  CHECK(opened);
  return std::move(*opened);
}

std::string stock_body(BusinessTime now) {
  return fmt::format(
      R"({{"stock_name":"s","belong_merchant":"{}","goods_name":"g","stock_type":"NORMAL",)"
      R"("coupon_use_rule":{{"coupon_available_time":{{"available_begin_time":"{}",)"
      R"("available_end_time":"{}"}},"fixed_normal_coupon":{{"discount_amount":5,)"
      R"("transaction_minimum":100}},"use_method":"OFF_LINE"}},"stock_send_rule":{{)"
      R"("max_coupons":10000000,"max_coupons_per_user":100}},"notify_config":)"
      R"({{"notify_appid":"{}"}},"coupon_code_mode":"WECHATPAY_MODE","out_request_no":"stock"}})",
      kMchid, to_rfc3339(now - 24h), to_rfc3339(now + 240h), kAppid);
}

}  // namespace

HotNode::HotNode(HotNodeOptions options)
    : options_(options),
      clocks_(clocks_within(merchant_certificate())),
      directory_(make_directory(clocks_.wall_now)),
      store_(open_store(dir_.file("favorhook.db"))),
      dispatcher_({}, random_, metrics_),
      parser_({limits::kRequestHeadBytesMax, limits::kRequestBodyBytesMax}),
      transport_(executor_),
      sender_({transport_, directory_, coupon::make_rsa_signer, clocks_, random_, metrics_,
               [this](delivery::AttemptReport report) {
                 std::unique_ptr<store::Work> work = dispatcher_.record(std::move(report));
                 CHECK(queue_->submit(work));
               }}) {
  CHECK(add_pending_events(*store_, kMchid, options.pending, clocks_.business(), random_));
  dispatcher_.on_launch([this](delivery::AttemptOrder order) {
    if (!options_.answers) return;
    executor_.post([this, order = std::move(order)]() mutable { sender_.start(std::move(order)); });
  });
  queue_ = std::make_unique<store::CommitQueue>(
      *store_, directory_, egress_, random_, clocks_, dispatcher_,
      store::CommitQueueOptions{.sandbox = true, .metrics = &metrics_});
  gateway_ = std::make_unique<gateway::Gateway>(
      gateway::GatewayDeps{*queue_, store_->open_reader().value(), directory_, egress_, clocks_,
                           random_, executor_, metrics_, coupon::make_rsa_signer},
      gateway::GatewayOptions{});
  answer_body(signed_text(
      "POST", kCallbacks,
      fmt::format(R"({{"mchid":"{}","notify_url":"https://shop.example/notify"}})", kMchid)));
  const std::string created =
      answer_body(signed_text("POST", kStocks, stock_body(clocks_.business())));
  stock_id_ = boost::json::parse(created).at("stock_id").as_string();
  // Only now, so that nothing was delivered while this was set up.
  CHECK(dispatcher_.recover(*store_, clocks_.business()));
}

std::string HotNode::get_callback() const {
  return signed_text("GET", fmt::format("{}?mchid={}", kCallbacks, kMchid), "");
}

std::string HotNode::send_coupon() {
  const std::size_t number = sends_++;
  return signed_text(
      "POST", kSend,
      fmt::format(
          R"({{"stock_id":"{}","openid":"oBench{:022}","appid":"{}","out_request_no":"bench_{:08}"}})",
          stock_id_, number % kPeople, kAppid, number));
}

std::string HotNode::signed_text(const std::string& method, const std::string& target,
                                 const std::string& body) const {
  apiv3::Authorization values;
  values.mchid = kMchid;
  values.nonce_str = "593BEC0C930BF1AFEB40B4A08C8FB242";
  values.timestamp = std::to_string(unix_seconds(clocks_.wall()));
  values.serial_no = merchant_certificate().serial_no;
  values.signature = merchant_signer().sign(
      apiv3::request_signing_string(method, target, values.timestamp, values.nonce_str, body));
  const std::string of_body =
      fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
      "User-Agent: favorhook-bench\r\nAuthorization: {}\r\n{}\r\n{}",
      method, target, apiv3::format_authorization(values), body.empty() ? "" : of_body, body);
}

void HotNode::take(const std::string& request) {
  const net::Fed fed = parser_.feed(request);
  CHECK(fed.state == net::Fed::complete && fed.consumed == request.size());
  const HttpRequest read = parser_.take();
  gateway_->handle(read, [this](HttpAnswer answer) {
    const std::string text = net::answer_text(answer, {.idle = limits::kKeepAliveIdle});
    CHECK(text.starts_with("HTTP/1.1 200"));
    ++answered_;
    last_body_ = std::move(answer.body);
  });
}

void HotNode::commit() {
  while (queue_->poll()) {
  }
  executor_.drain();
}

void HotNode::answer(const std::vector<std::string>& requests, std::size_t batch) {
  const std::size_t answered = answered_ + requests.size();
  for (std::size_t i = 0; i < requests.size();) {
    const std::size_t end = std::min(i + batch, requests.size());
    for (; i < end; ++i) take(requests[i]);
    commit();
  }
  CHECK(answered_ == answered);
}

std::string HotNode::answer_body(const std::string& request) {
  answer({request}, 1);
  return std::move(last_body_);
}

// Results are recorded in batches of the size that the queue waits for.
void HotNode::deliver(std::size_t count) {
  for (std::size_t left = count; left > 0;) {
    const std::size_t batch = std::min(left, limits::kPatientBatch);
    const std::uint64_t before = metrics_.events_delivered.value();
    while (queue_->waiting() < batch && executor_.run_one()) {
    }
    CHECK(queue_->poll());
    left -= metrics_.events_delivered.value() - before;
  }
  CHECK(transport_.sent().find("Wechatpay-Signature: ") != std::string::npos);
}

}  // namespace favorhook::bench
