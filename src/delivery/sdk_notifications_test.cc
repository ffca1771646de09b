// What SDKs demand of a notification, demand by demand; each test's comment names who breaks
// otherwise. Answers are held against the same list in gateway/sdk_answers_test.cc.
#include <boost/json.hpp>
#include <regex>

#include "apiv3/notification.h"
#include "apiv3/signing_string.h"
#include "delivery/test_sender.h"

namespace favorhook::delivery {
namespace {

namespace json = boost::json;

class SdkDemandsTest : public SenderTest {
 protected:
  // A notification of each way to sign: certificate, public key, gray release.
  std::vector<PostOrder> of_every_mode() {
    const std::string key = kApiv3Key;
    publish(coupon::SigningMode::certificate, key);
    sender.start(order_of());
    publish(coupon::SigningMode::public_key, key);
    sender.start(order_of());
    publish(coupon::SigningMode::certificate, key, true, 100);
    sender.start(order_of());
    return std::move(transport.orders);
  }
  static std::string header(const PostOrder& post, std::string_view name) {
    return std::string(find_header(post.headers, name).value_or(""));
  }
};

// "resource.associated_data present in every notification (may be empty)": Java and node-v3 throw
// without it.
TEST_F(SdkDemandsTest, AssociatedDataInEveryNotification) {
  for (const PostOrder& post : of_every_mode()) {
    const json::value body = json::parse(post.body);
    const json::object& resource = body.at("resource").as_object();
    ASSERT_TRUE(resource.contains("associated_data"));
    EXPECT_TRUE(resource.at("associated_data").is_string());
  }
}

// "Wechatpay-Signature-Type on every notification": Python.
TEST_F(SdkDemandsTest, SignatureTypeOnEveryNotification) {
  for (const PostOrder& post : of_every_mode()) {
    EXPECT_EQ(header(post, "Wechatpay-Signature-Type"), "WECHATPAY2-SHA256-RSA2048");
    for (const char* name : {"Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature",
                             "Wechatpay-Serial", "Wechatpay-Signature-Type", "Request-ID"}) {
      EXPECT_EQ(count_headers(post.headers, name), 1u) << name;
      EXPECT_NE(header(post, name), "") << name;
    }
  }
}

// "The serial exactly as listed: 40 upper-case hex digits, or PUB_KEY_ID_…", and it names the key
// that signed: all SDKs.
TEST_F(SdkDemandsTest, TheSerialNamesTheKeyAsItIsListed) {
  const std::vector<PostOrder> posts = of_every_mode();
  const std::string expected[] = {std::string(40, 'A'), "PUB_KEY_ID_1", "PUB_KEY_ID_1"};
  const auto key = platform_key(coupon::SigningMode::certificate, "").key.public_key();
  for (std::size_t i = 0; i < posts.size(); ++i) {
    EXPECT_EQ(header(posts[i], "Wechatpay-Serial"), expected[i]);
    const std::string text =
        apiv3::answer_signing_string(header(posts[i], "Wechatpay-Timestamp"),
                                     header(posts[i], "Wechatpay-Nonce"), posts[i].body);
    EXPECT_TRUE(crypto::verify_sha256_rsa(key, text, header(posts[i], "Wechatpay-Signature")));
  }
}

// Times RFC 3339 with +08:00: Go. Non-empty id, create_time, event_type, summary, resource_type,
// algorithm, original_type, ciphertext, nonce: apache-httpclient.
TEST_F(SdkDemandsTest, EveryMemberIsThereAndTimesHaveTheOffset) {
  for (const PostOrder& post : of_every_mode()) {
    const json::value body = json::parse(post.body);
    for (const char* pointer :
         {"/id", "/create_time", "/event_type", "/summary", "/resource_type", "/resource/algorithm",
          "/resource/original_type", "/resource/ciphertext", "/resource/nonce"}) {
      EXPECT_FALSE(body.at_pointer(pointer).as_string().empty()) << pointer;
    }
    EXPECT_TRUE(std::regex_match(std::string(body.at("create_time").as_string()),
                                 std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00)")));
  }
}

// A receiver that parses and writes the body again before it verifies (node-v3's recipe) gets the
// same bytes, since the body is compact, has no escapes that it need not have, and keeps its order.
TEST_F(SdkDemandsTest, TheBodyIsAsAJsonWriterWouldWriteItAgain) {
  for (const PostOrder& post : of_every_mode()) {
    EXPECT_EQ(json::serialize(json::parse(post.body)), post.body);
  }
}

}  // namespace
}  // namespace favorhook::delivery
