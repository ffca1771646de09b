// A platform for this folder's tests and bench: merchants and platform keys with real RSA, a real
// SQLite store in a directory of its own, a commit queue that is polled, clocks that stand still.
//
//   World world;
//   HttpAnswer answer = world.post(kCallbacks, R"({"notify_url":"https://a.example"})");
//   EXPECT_TRUE(world.signed_with(answer, world.newest_certificate()));
//
// Requests are signed here by hand, not through apiv3/, so that a mistake there cannot hide. One
// thread.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/temp_dir.h"
#include "crypto/certificates.h"
#include "crypto/random.h"
#include "crypto/sign.h"
#include "gateway/gateway.h"
#include "gateway/test_ports.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::gateway {

inline const std::string kCallbacks = "/v3/marketing/busifavor/callbacks";
inline const std::string kCertificates = "/v3/certificates";
inline const std::string kStocks = "/v3/marketing/busifavor/stocks";
inline const std::string kSend = "/v3/marketing/busifavor/coupons/send";

inline const std::string kSeed = "10000098";     // the merchant of the seeds' samples
inline const std::string kOther = "1900000002";  // related to nobody
inline const std::string kProvider = "1900000010";
inline const std::string kChild = "1900000003";      // the provider's
inline const std::string kPublicKey = "1900000004";  // in public-key mode
inline const std::string kKeyless = "1900000005";    // without an APIv3 key
inline const std::string kBare = "1900000006";       // without a certificate
inline const std::string kApiv3Key = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";
inline const std::string kAppid = "wx0000000000000001";
inline const std::string kOpenid = "oUser0000000000000000000000_1";

// What a merchant signs with. All merchants have one key and certificates of their own.
struct Signing {
  std::string mchid = kSeed;
  std::string serial_no = {};  // empty: that of the merchant's first certificate
  std::string nonce = "593BEC0C930BF1AFEB40B4A08C8FB242";
  std::int64_t seconds_off = 0;
  const crypto::PrivateKey* key = nullptr;  // null: the merchants'
};

// Generating keys is most of what a world costs, so all worlds of a process share theirs.
struct WorldKeys {
  crypto::PrivateKey merchants = crypto::PrivateKey::generate_rsa2048();
  crypto::PrivateKey platform = crypto::PrivateKey::generate_rsa2048();
  crypto::PrivateKey other_platform = crypto::PrivateKey::generate_rsa2048();
  crypto::CertificateAuthority authority =
      crypto::CertificateAuthority::create(TestClocks().wall_now);
};
inline const WorldKeys& world_keys() {
  static const WorldKeys keys;
  return keys;
}

struct WorldOptions {
  GatewayOptions gateway = {};
  bool durable = false;
  const coupon::UrlPolicy* url_policy = nullptr;  // null: TestUrlPolicy
};

inline std::string header(const HttpAnswer& answer, std::string_view name) {
  return std::string(find_header(answer.headers, name).value_or(""));
}

class World {
 public:
  explicit World(WorldOptions options = {}) {
    if (options.url_policy == nullptr) options.url_policy = &url_policy_;
    add_merchants();
    add_platform_keys();
    auto opened = store::open_sqlite_store(
        {.path = directory_.file("favorhook.db"), .durable = options.durable});
    CHECK(opened);
    store_ = std::move(*opened);
    holder_ = std::make_unique<coupon::DirectoryHolder>(snapshot());
    queue =
        std::make_unique<store::CommitQueue>(*store_, *holder_, *options.url_policy, random, clocks,
                                             hook_, store::CommitQueueOptions{.sandbox = true});
    auto reader = store_->open_reader();
    CHECK(reader);
    gateway = std::make_unique<Gateway>(
        GatewayDeps{*queue, std::move(*reader), *holder_, *options.url_policy, clocks, random,
                    executor, metrics, &coupon::make_rsa_signer},
        options.gateway);
  }
  ~World() {
    gateway.reset();
    queue.reset();
    store_.reset();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // A signed request with the headers of an SDK.
  HttpRequest request(std::string method, std::string target, std::string body = {},
                      const Signing& signing = {}) {
    HttpRequest made{std::move(method), std::move(target), {}, std::move(body), "127.0.0.1:1"};
    made.headers = {{"Accept", "application/json"},
                    {"User-Agent", "WechatPay-Java/0.2.17"},
                    {"Authorization", authorization(made, signing)}};
    if (!made.body.empty()) made.headers.push_back({"Content-Type", "application/json"});
    return made;
  }

  // In the order of the Java and Go SDKs.
  std::string authorization(const HttpRequest& request, const Signing& signing) {
    const std::string serial =
        signing.serial_no.empty() ? serial_of(signing.mchid) : signing.serial_no;
    const std::string timestamp =
        std::to_string(unix_seconds(clocks.wall_now) + signing.seconds_off);
    return fmt::format(
        R"(WECHATPAY2-SHA256-RSA2048 mchid="{}",nonce_str="{}",timestamp="{}",serial_no="{}",signature="{}")",
        signing.mchid, signing.nonce, timestamp, serial, sign(request, timestamp, signing));
  }
  std::string sign(const HttpRequest& request, const std::string& timestamp,
                   const Signing& signing) {
    const std::string text = request.method + "\n" + request.target + "\n" + timestamp + "\n" +
                             signing.nonce + "\n" + request.body + "\n";
    return signing.key ? crypto::RsaSigner(*signing.key).sign(text) : merchant_signer.sign(text);
  }
  std::string serial_of(const std::string& mchid) {
    const auto found = std::ranges::find(merchants, mchid, &coupon::Merchant::mchid);
    if (found == merchants.end() || found->certificates.empty()) return std::string(40, '1');
    return found->certificates.front().certificate.serial_no;
  }

  // As handle() leaves it: nothing is polled.
  std::shared_ptr<std::optional<HttpAnswer>> start(const HttpRequest& request) {
    auto answer = std::make_shared<std::optional<HttpAnswer>>();
    gateway->handle(request, [answer](HttpAnswer got) {
      CHECK(!*answer);
      *answer = std::move(got);
    });
    return answer;
  }
  // All batches that wait, and what they let out.
  void commit() {
    while (queue->poll()) {
    }
    executor.drain();
  }
  HttpAnswer send(const HttpRequest& request) {
    const auto answer = start(request);
    commit();
    CHECK(*answer);
    return std::move(**answer);
  }
  HttpAnswer get(const std::string& target, const Signing& signing = {}) {
    return send(request("GET", target, "", signing));
  }
  HttpAnswer post(const std::string& target, const std::string& body, const Signing& signing = {}) {
    return send(request("POST", target, body, signing));
  }

  // Whether all five headers are there and verify over the answer's own body.
  bool signed_with(const HttpAnswer& answer, const coupon::PlatformKey& key) const {
    const std::string text = header(answer, "Wechatpay-Timestamp") + "\n" +
                             header(answer, "Wechatpay-Nonce") + "\n" + answer.body + "\n";
    return header(answer, "Wechatpay-Serial") == key.serial &&
           header(answer, "Wechatpay-Signature-Type") == "WECHATPAY2-SHA256-RSA2048" &&
           header(answer, "Wechatpay-Nonce").size() == 32 &&
           header(answer, "Wechatpay-Timestamp") == std::to_string(unix_seconds(clocks.wall_now)) &&
           crypto::verify_sha256_rsa(key.key.public_key(), text,
                                     header(answer, "Wechatpay-Signature"));
  }

  // What was stored for delivery, the newest first.
  std::vector<coupon::Event> events() {
    auto reader = store_->open_reader();
    CHECK(reader);
    auto found = (*reader)->events({});
    CHECK(found);
    return std::move(*found);
  }

  // Lets the gateway see what was changed in `merchants` and `platform_keys`.
  void publish() { holder_->publish(snapshot()); }
  coupon::Merchant& merchant(const std::string& mchid) {
    return *std::ranges::find(merchants, mchid, &coupon::Merchant::mchid);
  }
  const coupon::PlatformKey& older_certificate() const { return platform_keys[0]; }
  const coupon::PlatformKey& newest_certificate() const { return platform_keys[1]; }
  const coupon::PlatformKey& public_key() const { return platform_keys[2]; }
  const coupon::PlatformKey& expired_certificate() const { return platform_keys[3]; }

  TestClocks clocks;
  crypto::SystemRandom random;
  QueuedExecutor executor;
  Metrics metrics;
  std::vector<coupon::Merchant> merchants;
  std::vector<coupon::PlatformKey> platform_keys;
  crypto::PrivateKey merchant_key = world_keys().merchants;
  crypto::RsaSigner merchant_signer{merchant_key};
  std::unique_ptr<store::CommitQueue> queue;
  std::unique_ptr<Gateway> gateway;

 private:
  std::shared_ptr<const coupon::Directory> snapshot() const {
    return std::make_shared<coupon::Directory>(merchants, platform_keys,
                                               std::map<std::string, std::string, std::less<>>());
  }

  void add_merchants() {
    for (const std::string& mchid :
         {kSeed, kOther, kProvider, kChild, kPublicKey, kKeyless, kBare}) {
      coupon::Merchant merchant;
      merchant.mchid = merchant.name = mchid;
      merchant.number = std::to_string(128207 + merchants.size());
      merchant.event_push = merchant.api_send = true;
      merchant.apiv3_key = mchid == kKeyless ? "" : kApiv3Key;
      if (mchid == kPublicKey) merchant.mode = coupon::SigningMode::public_key;
      if (mchid != kBare) {
        const auto pem = world_keys().authority.issue_merchant(
            mchid, mchid, merchant_key.public_key(), clocks.wall_now - std::chrono::hours(1),
            clocks.wall_now + std::chrono::hours(1));
        merchant.certificates.push_back({*crypto::Certificate::from_pem(pem)});
      }
      merchants.push_back(std::move(merchant));
    }
    merchant(kProvider).kind = coupon::MerchantKind::provider;
    merchant(kProvider).children = {kChild};
    merchant(kSeed).appids = {kAppid};
  }

  // Two certificates that overlap, the public key, an expired certificate: neighbours never share a
  // key.
  void add_platform_keys() {
    const auto& key = world_keys().platform;
    const auto& other = world_keys().other_platform;
    const auto add = [&](const crypto::PrivateKey& own, int from_hours, int to_hours) {
      const WallTime from = clocks.wall_now + std::chrono::hours(from_hours);
      const WallTime to = clocks.wall_now + std::chrono::hours(to_hours);
      const std::string pem = world_keys().authority.issue_platform(own.public_key(), from, to);
      const auto certificate = *crypto::Certificate::from_pem(pem);
      platform_keys.push_back({certificate.serial_no, coupon::SigningMode::certificate, pem, own,
                               certificate.not_before, certificate.not_after});
    };
    add(key, -48, 24);
    add(other, -24, 48);
    platform_keys.push_back(
        {"PUB_KEY_ID_0119000000042026052000000000000001", coupon::SigningMode::public_key, "", key,
         clocks.wall_now - std::chrono::hours(1), clocks.wall_now + std::chrono::hours(24 * 3650)});
    add(other, -72, -1);
  }

  TempDir directory_;
  store::NoHook hook_;
  TestUrlPolicy url_policy_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<coupon::DirectoryHolder> holder_;
};

}  // namespace favorhook::gateway
