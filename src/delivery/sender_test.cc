// Seal and sender: what goes out, checked with the functions that a merchant uses, and what comes
// back.
#include "delivery/sender.h"

#include <gtest/gtest.h>

#include "apiv3/notification.h"
#include "apiv3/signing_string.h"
#include "base/limits.h"
#include "delivery/seal.h"
#include "delivery/test_sender.h"

namespace favorhook::delivery {
namespace {

TEST_F(SenderTest, TheReceiverCanVerifyAndOpenWhatIsSent) {
  sender.start(order_of());
  ASSERT_EQ(transport.orders.size(), 1u);
  const PostOrder& post = transport.orders[0];
  EXPECT_EQ(post.url, "https://localhost/notify");
  EXPECT_EQ(post.budget, limits::kAttemptTime);
  EXPECT_FALSE(post.fresh_connection);

  const auto signature = apiv3::read_signature_headers(post.headers);
  ASSERT_TRUE(signature);
  EXPECT_EQ(signature->nonce, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(signature->serial, std::string(40, 'A'));
  EXPECT_EQ(signature->timestamp, std::to_string(unix_seconds(clocks.wall())));
  const std::string text =
      apiv3::answer_signing_string(signature->timestamp, signature->nonce, post.body);
  const auto key = platform_key(coupon::SigningMode::certificate, "").key.public_key();
  EXPECT_TRUE(crypto::verify_sha256_rsa(key, text, signature->signature));

  const auto opened = apiv3::open_notification(post.body, kApiv3Key);
  ASSERT_TRUE(opened) << opened.error().what;
  EXPECT_EQ(opened->id, "018f2b6c-0000-7000-8000-000000000001");
  EXPECT_EQ(opened->create_time, "2020-04-22T12:54:24+08:00");
  EXPECT_EQ(opened->resource_type, "encrypt-resource");
  EXPECT_EQ(opened->event_type, "COUPON.SEND");
  EXPECT_EQ(opened->summary, "商家券领券通知");
  EXPECT_EQ(opened->original_type, "coupon");
  EXPECT_EQ(opened->algorithm, "AEAD_AES_256_GCM");
  EXPECT_EQ(opened->associated_data, "coupon");
  EXPECT_EQ(opened->nonce.size(), 12u);
  EXPECT_EQ(opened->plaintext, kPlaintext);
}

TEST_F(SenderTest, HeadersAreThoseOfTheDocumentsInTheirOrder) {
  sender.start(order_of());
  std::vector<std::string> names;
  for (const Header& header : transport.orders[0].headers) names.push_back(header.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Content-Type", "Request-ID", "Wechatpay-Nonce",
                                             "Wechatpay-Serial", "Wechatpay-Signature",
                                             "Wechatpay-Signature-Type", "Wechatpay-Timestamp"}));
  EXPECT_EQ(find_header(transport.orders[0].headers, "Content-Type"), "application/json");
  EXPECT_EQ(find_header(transport.orders[0].headers, "Wechatpay-Signature-Type"),
            "WECHATPAY2-SHA256-RSA2048");
}

// That the id stays over attempts is not confirmed (protocol §2.1).
TEST_F(SenderTest, EachAttemptIsSealedAndSignedAnewUnconfirmedThatTheIdStays) {
  sender.start(order_of(1));
  sender.start(order_of(2));
  const auto first = apiv3::open_notification(transport.orders[0].body, kApiv3Key);
  const auto second = apiv3::open_notification(transport.orders[1].body, kApiv3Key);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
  EXPECT_NE(first->nonce, second->nonce);
  EXPECT_NE(find_header(transport.orders[0].headers, "Request-ID"),
            find_header(transport.orders[1].headers, "Request-ID"));
}

TEST_F(SenderTest, ModeAndKeyAreThoseOfTheMomentTheAttemptStarts) {
  const std::string other_key(32, 'z');
  publish(coupon::SigningMode::public_key, other_key);
  sender.start(order_of());
  EXPECT_EQ(find_header(transport.orders[0].headers, "Wechatpay-Serial"), "PUB_KEY_ID_1");
  EXPECT_TRUE(apiv3::open_notification(transport.orders[0].body, other_key));
  EXPECT_FALSE(apiv3::open_notification(transport.orders[0].body, kApiv3Key));
}

// Of the two nonces one draws 62 and the other 0 (gray_test.cc has the rule).
TEST_F(SenderTest, UnconfirmedInAGrayReleaseTheNonceOfTheAttemptChoosesTheKey) {
  publish(coupon::SigningMode::certificate, kApiv3Key, true, 50);
  AttemptOrder first = order_of(1), second = order_of(2);
  first.intent.nonce = "00000000000000000000000000000000";
  second.intent.nonce = "000000000000000000000000000000a4";
  sender.start(std::move(first));
  sender.start(std::move(second));
  const std::string serials[] = {std::string(40, 'A'), "PUB_KEY_ID_1"};
  for (const std::size_t i : {0, 1}) {
    EXPECT_EQ(find_header(transport.orders[i].headers, "Wechatpay-Serial"), serials[i]);
    transport.waiting[i](answer(200));
    EXPECT_EQ(reports[i].attempt.serial, serials[i]);
  }
}

TEST_F(SenderTest, AnAcknowledgementIsReportedWithAllThatIsKnown) {
  sender.start(order_of());
  clocks.move(20ms);
  transport.waiting[0](answer(204));
  ASSERT_EQ(reports.size(), 1u);
  const store::Attempt& attempt = reports[0].attempt;
  EXPECT_EQ(reports[0].consequence, Consequence::delivered);
  EXPECT_EQ(attempt.verdict, Verdict::acknowledged);
  EXPECT_EQ(attempt.status, 204);
  EXPECT_EQ(attempt.answer_head, "ok");
  EXPECT_EQ(attempt.peer, "127.0.0.1:443");
  EXPECT_EQ(attempt.serial, std::string(40, 'A'));
  EXPECT_EQ(attempt.phases.total, Micros(1500));
  EXPECT_EQ(attempt.finished, clocks.business());
  EXPECT_TRUE(attempt.counted);
}

TEST_F(SenderTest, TheSecondTryUsesAFreshConnectionAndIsTheLast) {
  AttemptOrder order = order_of(2);
  order.retry_at_once = true;
  sender.start(std::move(order));
  EXPECT_TRUE(transport.orders[0].fresh_connection);
  PostResult died;
  died.end = PostEnd::reset;
  died.connection_reused = true;
  transport.waiting[0](died);
  EXPECT_EQ(reports[0].attempt.verdict, Verdict::reset);
  EXPECT_TRUE(reports[0].attempt.counted);
}

TEST_F(SenderTest, AKeptConnectionThatDiedDoesNotCount) {
  sender.start(order_of());
  PostResult died;
  died.end = PostEnd::reset;
  died.connection_reused = true;
  transport.waiting[0](died);
  EXPECT_EQ(reports[0].consequence, Consequence::at_once);
  EXPECT_FALSE(reports[0].attempt.counted);
}

TEST_F(SenderTest, WithoutAnApiv3KeyNothingIsSentAndTheEventWithheld) {
  publish(coupon::SigningMode::certificate, "");
  sender.start(order_of());
  EXPECT_TRUE(transport.orders.empty());
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].attempt.verdict, Verdict::no_apiv3_key);
  EXPECT_EQ(reports[0].consequence, Consequence::withheld);
}

TEST_F(SenderTest, WithoutAPlatformKeyNothingIsSentAndTheLadderGoesOn) {
  publish(coupon::SigningMode::certificate, kApiv3Key, false);
  sender.start(order_of());
  EXPECT_TRUE(transport.orders.empty());
  EXPECT_EQ(reports.at(0).attempt.verdict, Verdict::no_platform_key);
  EXPECT_EQ(reports.at(0).consequence, Consequence::next_step);
}

TEST_F(SenderTest, OnlyTheFirstAttemptMeasuresTheWayFromAcceptToPost) {
  sender.start(order_of(1));
  sender.start(order_of(2));
  std::uint64_t observed = 0;
  for (std::size_t bucket = 0; bucket <= Histogram::kBounds.size(); ++bucket) {
    observed += metrics.accept_to_post_seconds.count(bucket);
  }
  EXPECT_EQ(observed, 1u);
  EXPECT_EQ(metrics.signatures.value(), 2u);
}

TEST(Seal, WithoutAnApiv3KeyThereIsNothingToSealWith) {
  crypto::SystemRandom random;
  const auto key = platform_key(coupon::SigningMode::certificate, "S");
  crypto::RsaSigner signer(key.key);
  const coupon::Merchant merchant;
  EXPECT_FALSE(seal_event(order_of().event, "nonce", merchant, key, signer, WallTime(), random));
}

}  // namespace
}  // namespace favorhook::delivery
