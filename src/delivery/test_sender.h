// For this folder's tests of what leaves: a sender whose transport keeps each POST until the test
// answers it, a merchant, and platform keys of both modes.
//
//   class MineTest : public SenderTest {};
//   TEST_F(MineTest, …) { sender.start(order_of()); … transport.orders[0] … reports[0] … }
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "crypto/random.h"
#include "delivery/sender.h"
#include "delivery/test_node.h"

namespace favorhook::delivery {

inline constexpr const char* kPlaintext =
    R"({"event_type":"EVENT_TYPE_BUSICOUPON_SEND","coupon_code":"1"})";
inline constexpr const char* kApiv3Key = "0123456789abcdef0123456789abcdef";

// Keeps what is posted until the test answers it.
class HeldTransport final : public Transport {
 public:
  void post(PostOrder order, std::move_only_function<void(PostResult)> done) override {
    orders.push_back(std::move(order));
    waiting.push_back(std::move(done));
  }
  std::vector<PostOrder> orders;
  std::vector<std::move_only_function<void(PostResult)>> waiting;
};

inline coupon::PlatformKey platform_key(coupon::SigningMode mode, std::string serial) {
  static const crypto::PrivateKey key = crypto::PrivateKey::generate_rsa2048();
  return {std::move(serial), mode, "", key, WallTime::min(), WallTime::max()};
}

inline AttemptOrder order_of(std::uint32_t number = 1) {
  AttemptOrder order;
  order.event.seq = 7;
  order.event.id = "018f2b6c-0000-7000-8000-000000000001";
  order.event.receiver = kMerchantA;
  order.event.event_type = "COUPON.SEND";
  order.event.plaintext = kPlaintext;
  order.event.create_time = business_from_rfc3339("2020-04-22T12:54:24.500+08:00").value();
  order.intent.event_seq = 7;
  order.intent.number = number;
  order.intent.nonce = "0123456789abcdef0123456789abcdef";
  order.intent.url = "https://localhost/notify";
  return order;
}

class SenderTest : public testing::Test {
 protected:
  SenderTest() { publish(coupon::SigningMode::certificate, kApiv3Key); }

  void publish(coupon::SigningMode mode, std::string apiv3_key, bool with_keys = true,
               int gray_percent = 0) {
    std::vector<coupon::PlatformKey> keys;
    if (with_keys) {
      keys.push_back(platform_key(coupon::SigningMode::certificate, std::string(40, 'A')));
      keys.push_back(platform_key(coupon::SigningMode::public_key, "PUB_KEY_ID_1"));
    }
    coupon::Merchant merchant;
    merchant.mchid = kMerchantA;
    merchant.mode = mode;
    merchant.gray_percent = gray_percent;
    merchant.event_push = true;
    merchant.apiv3_key = std::move(apiv3_key);
    directory.publish(std::make_shared<coupon::Directory>(
        std::vector{merchant}, keys, std::map<std::string, std::string, std::less<>>{}));
  }

  PostResult answer(int status) {
    PostResult result;
    result.end = PostEnd::answered;
    result.status = status;
    result.answer_head = "ok";
    result.peer = "127.0.0.1:443";
    result.phases.total = Micros(1500);
    result.answer_started = result.request_started = true;
    return result;
  }

  HandClocks clocks;
  crypto::SystemRandom random;
  Metrics metrics;
  HeldTransport transport;
  coupon::DirectoryHolder directory{std::make_shared<coupon::Directory>(
      std::vector<coupon::Merchant>{}, std::vector<coupon::PlatformKey>{},
      std::map<std::string, std::string, std::less<>>{})};
  std::vector<AttemptReport> reports;
  Sender sender{{transport, directory, coupon::make_rsa_signer, clocks, random, metrics,
                 [this](AttemptReport report) { reports.push_back(std::move(report)); }}};
};

}  // namespace favorhook::delivery
