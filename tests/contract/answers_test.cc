// Answers: the examples are what the gateway gives for the documents' samples, and every member
// that the contract describes is given somewhere.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "tests/contract/walker.h"

namespace favorhook::contract {
namespace {

const Contract& contract() {
  return the_contract();
}

value sample(const std::string& name) {
  std::ifstream file(std::string(FAVORHOOK_ROOT) + "/api/vectors/doc-samples/" + name + ".json");
  EXPECT_TRUE(file) << name;
  return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

value answer_example(const Operation& operation) {
  const value& content = operation.responses().at("200").at("content");
  return content.at_pointer("/application~1json/examples/documents/value");
}

void set_business_time(Walker& walker, const char* time) {
  walker.world().clocks.business_now = *business_from_rfc3339(time);
}

TEST(AnswersTest, RequestExamplesAreTheDocumentsSamples) {
  EXPECT_EQ(*contract().operation("setCallback").body_example("documents"),
            sample("UpdateMarketingBusifavorCallbackRequest"));
  EXPECT_EQ(*contract().operation("createStock").body_example("documents"),
            sample("CreateMarketingBusifavorStockRequest"));
}

TEST(AnswersTest, ACallbackIsAnsweredAsTheDocumentsSay) {
  Walker walker;
  set_business_time(walker, "2019-05-20T13:29:35+08:00");
  const Operation& set = contract().operation("setCallback");
  const value request = sample("UpdateMarketingBusifavorCallbackRequest");
  const HttpAnswer answer = walker.ask(set, set.path, boost::json::serialize(request));
  EXPECT_EQ(boost::json::parse(answer.body), sample("UpdateMarketingBusifavorCallbackResponse"));
  EXPECT_EQ(answer.body, sorted_json(answer_example(set)));

  const Operation& get = contract().operation("getCallback");
  const HttpAnswer asked = walker.ask(get, get.path + "?mchid=10000098", "");
  EXPECT_EQ(boost::json::parse(asked.body), sample("GetMarketingBusifavorCallbackResponse"));
  EXPECT_EQ(asked.body, sorted_json(answer_example(get)));
}

TEST(AnswersTest, AStockIsAnsweredAsTheDocumentsSay) {
  Walker walker;
  set_business_time(walker, "2015-05-20T13:29:35+08:00");
  const Operation& create = contract().operation("createStock");
  const value request = sample("CreateMarketingBusifavorStockRequest");
  const HttpAnswer answer = walker.ask(create, create.path, boost::json::serialize(request));
  EXPECT_EQ(answer.body, sorted_json(answer_example(create)));
  // The sample's own stock_id has 8 digits; live ones have 16.
  EXPECT_EQ(boost::json::parse(answer.body).at("create_time"),
            sample("CreateMarketingBusifavorStockResponse").at("create_time"));

  const Operation& get = contract().operation("getStock");
  const HttpAnswer asked = walker.ask(get, create.path + "/1282070000000001", "");
  EXPECT_EQ(asked.body, sorted_json(answer_example(get)));
}

// Which of the documents' members the answer has; the sample's own values are of another stock.
TEST(AnswersTest, AStockHasTheMembersOfTheDocumentsSample) {
  Walker walker;
  const Operation& get = contract().operation("getStock");
  const value documents = sample("GetMarketingBusifavorStockByStockIdResponse");
  const std::string id = walker.make_stock({{"coupon_code_mode", "MERCHANT_UPLOAD"},
                                            {"comment", "x"},
                                            {"custom_entrance", object()},
                                            {"display_pattern_info", object()}});
  const value given =
      boost::json::parse(walker.ask(get, filled_in(get.path, "stock_id", id), "").body);
  for (const auto& [name, ignored] : documents.as_object()) {
    EXPECT_TRUE(given.as_object().contains(name)) << std::string(name);
  }
}

// Members of a schema, as note_members() of the walker names those of an answer.
void add_members(std::set<std::string>& out, const std::string& path, const object& schema) {
  out.insert(path);
  if (schema.contains("items")) {
    add_members(out, path + "/*", contract().resolved(schema.at("items")));
  }
  if (!schema.contains("properties")) return;
  for (const auto& [name, property] : schema.at("properties").as_object()) {
    add_members(out, path + "/" + std::string(name), contract().resolved(property));
  }
}

// A whole stock: the documents' sample and what it leaves out.
object whole_stock() {
  object stock = sample("CreateMarketingBusifavorStockRequest").as_object();
  object& rule = stock["coupon_use_rule"].as_object();
  rule["coupon_available_time"].as_object()["available_second_after_receive"] = 1;
  object& send_rule = stock["stock_send_rule"].as_object();
  send_rule["max_amount"] = send_rule["max_amount_by_day"] = 1;
  stock["custom_entrance"].as_object()["code_display_mode"] = "QRCODE";
  stock["notify_config"] = {{"notify_appid", "wx1"}};
  stock["subsidy"] = true;
  stock["coupon_code_mode"] = "MERCHANT_UPLOAD";
  return stock;
}

TEST(AnswersTest, EveryMemberThatIsDescribedIsGivenSomewhere) {
  Walker walker;
  const auto get_stock = [&](const object& changes) {
    const Operation& get = contract().operation("getStock");
    walker.ask(get, filled_in(get.path, "stock_id", walker.make_stock(changes)), "");
  };
  get_stock(whole_stock());
  const object base = whole_stock();
  for (const auto& [type, rule, member] :
       {std::tuple("DISCOUNT", "discount_coupon", "discount_percent"),
        std::tuple("EXCHANGE", "exchange_coupon", "exchange_price")}) {
    object stock = base;
    stock["stock_type"] = type;
    object& use_rule = stock["coupon_use_rule"].as_object();
    use_rule.erase("fixed_normal_coupon");
    use_rule[rule] = {{member, 1}, {"transaction_minimum", 1}};
    get_stock(stock);
  }
  for (const char* id : {"setCallback", "sendCoupon"}) {
    const Operation& operation = contract().operation(id);
    value body = *operation.body_example("minimal");
    walker.settle(operation, body, "");
    walker.ask(operation, operation.path, boost::json::serialize(body));
  }
  for (const char* id : {"getCallback", "getCertificates"}) {
    walker.ask(contract().operation(id), contract().operation(id).path, "");
  }

  std::set<std::string> described;
  for (const Operation& operation : contract().operations()) {
    const value& content = operation.responses().at("200").at("content");
    add_members(described, operation.id,
                contract().resolved(content.at_pointer("/application~1json/schema")));
  }
  EXPECT_EQ(walker.members_seen(), described);
}

}  // namespace
}  // namespace favorhook::contract
