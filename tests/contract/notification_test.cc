// The webhook of api/openapi.yaml: a coupon is issued through the gateway, and what delivery would
// send for it is held against the contract, opened.
#include "apiv3/notification.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "delivery/judge.h"
#include "delivery/seal.h"
#include "tests/contract/schema.h"
#include "tests/contract/walker.h"

namespace favorhook::contract {
namespace {

const object& webhook() {
  return the_contract().root().at("webhooks").at("couponSent").at("post").as_object();
}

const value& body_schema() {
  return webhook().at("requestBody").at_pointer("/content/application~1json/schema");
}

// What is sent for the newest event, signed by the newest certificate.
delivery::SealedPost sealed_by(gateway::World& world, const coupon::Event& event) {
  crypto::RsaSigner signer(world.newest_certificate().key);
  auto post = delivery::seal_event(event, "593bec0c930bf1afeb40b4a08c8fb242",
                                   world.merchant(gateway::kSeed), world.newest_certificate(),
                                   signer, world.clocks.wall_now, world.random);
  CHECK(post);
  return std::move(*post);
}

class NotificationTest : public testing::Test {
 protected:
  // From a stock with these members.
  delivery::SealedPost send_coupon(const object& stock) {
    const Operation& set = the_contract().operation("setCallback");
    walker_.ask(set, set.path, R"({"notify_url":"https://localhost/notify"})");
    const Operation& send = the_contract().operation("sendCoupon");
    value body = *send.body_example("minimal");
    walker_.settle(send, body, "");
    body.as_object()["stock_id"] = walker_.make_stock(stock);
    walker_.ask(send, send.path, boost::json::serialize(body));
    const std::vector<coupon::Event> events = walker_.world().events();
    CHECK(!events.empty() && events.front().state == coupon::EventState::pending);
    return sealed_by(walker_.world(), events.front());
  }

  Walker walker_;
};

// Names in the order of the schema, at this depth.
void expect_order(const object& given, const object& schema) {
  std::vector<std::string> names, described;
  for (const auto& [name, member] : given) names.emplace_back(name);
  for (const auto& [name, member] : schema.at("properties").as_object()) {
    described.emplace_back(name);
  }
  EXPECT_EQ(names, described);
}

void expect_described(const std::string& text, const value& schema) {
  const value body = boost::json::parse(text);
  const auto fault = schema_fault(the_contract(), schema, body);
  EXPECT_FALSE(fault) << *fault;
  EXPECT_EQ(boost::json::serialize(body), text) << "compact";
  expect_order(body.as_object(), the_contract().resolved(schema));
}

TEST_F(NotificationTest, TheBodyAndWhatItOpensToAreAsDescribed) {
  for (const object& stock : {object(), object{{"notify_config", {{"notify_appid", "wx1"}}}}}) {
    const delivery::SealedPost post = send_coupon(stock);
    expect_described(post.body, body_schema());
    const object schema = the_contract().resolved(body_schema());
    const value& resource = schema.at("properties").at("resource");
    const value body = boost::json::parse(post.body);
    expect_order(body.at("resource").as_object(), resource.as_object());

    const auto opened = apiv3::open_notification(post.body, gateway::kApiv3Key);
    ASSERT_TRUE(opened) << opened.error().what;
    expect_described(opened->plaintext,
                     resource.at("properties").at("ciphertext").at("x-opens-to"));
    const value event = boost::json::parse(opened->plaintext);
    EXPECT_EQ(event.at("openid").as_string().empty(), stock.empty());
  }
}

TEST_F(NotificationTest, TheHeadersAreThoseDescribedAndSigned) {
  const delivery::SealedPost post = send_coupon({});
  std::vector<std::string> described = {"Content-Type"};
  for (const value& each : webhook().at("parameters").as_array()) {
    const object header = the_contract().resolved(each);
    const std::string name = text_of(header, "name");
    described.push_back(name);
    EXPECT_TRUE(flag_of(header, "required")) << name;
    EXPECT_EQ(text_of(header, "in"), "header") << name;
    const auto given = find_header(post.headers, name);
    ASSERT_TRUE(given) << name;
    const auto fault = schema_fault(the_contract(), header.at("schema"), value(*given));
    EXPECT_FALSE(fault) << name << ": " << *fault;
  }
  std::vector<std::string> sent;
  for (const Header& header : post.headers) sent.push_back(header.name);
  EXPECT_EQ(sent, described);
  EXPECT_EQ(find_header(post.headers, "Content-Type"), "application/json");

  const HttpAnswer as_answer{.status = 200, .headers = post.headers, .body = post.body};
  gateway::World& world = walker_.world();
  EXPECT_TRUE(world.signed_with(as_answer, world.newest_certificate()));
}

// Statuses that are described without an X acknowledge; all others make it come again.
TEST(NotificationAnswersTest, TheAcknowledgementsAreThoseDescribed) {
  const object& responses = webhook().at("responses").as_object();
  int acknowledged = 0;
  for (int status = 200; status <= 999; ++status) {
    PostResult result;
    result.end = PostEnd::answered;
    result.status = status;
    const bool taken =
        delivery::judge(result, false).consequence == delivery::Consequence::delivered;
    EXPECT_EQ(taken, responses.contains(std::to_string(status))) << status;
    acknowledged += taken ? 1 : 0;
  }
  EXPECT_EQ(acknowledged, 2);
}

TEST(NotificationAnswersTest, TheExampleIsAsDescribed) {
  const value& example =
      webhook().at("requestBody").at_pointer("/content/application~1json/examples/one/value");
  expect_described(boost::json::serialize(example), body_schema());
}

}  // namespace
}  // namespace favorhook::contract
