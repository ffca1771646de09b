// Every error that an operation is said to answer with is provoked, and no other comes.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>

#include "tests/contract/walker.h"

namespace favorhook::contract {
namespace {

using gateway::Signing;

// A world of its own for each error, and the ways to bring it about.
class Scene {
 public:
  explicit Scene(const Operation& operation) : operation_(operation) {}

  // The request as it should be, with other members in its body.
  HttpRequest request(const object& changes = {}, const Signing& signing = {}) {
    std::string target = operation_.path;
    if (operation_.id == "getStock") target = filled_in(target, "stock_id", walker_.make_stock());
    if (operation_.body_schema() == nullptr) {
      return world().request(operation_.method, target, "", signing);
    }
    value body = *operation_.body_example("minimal");
    walker_.settle(operation_, body, "");
    for (const auto& [name, member] : changes) body.as_object()[name] = member;
    return world().request(operation_.method, target, boost::json::serialize(body), signing);
  }
  HttpAnswer send(const HttpRequest& request) { return walker_.send(operation_, request); }
  HttpAnswer with(const object& changes, const Signing& signing = {}) {
    return send(request(changes, signing));
  }
  HttpAnswer get(const std::string& target, const Signing& signing = {}) {
    return send(world().request("GET", target, "", signing));
  }

  gateway::World& world() { return walker_.world(); }
  Walker& walker() { return walker_; }
  const Operation& operation() const { return operation_; }
  bool saw(const std::string& error) const {
    return walker_.errors_seen().contains({operation_.id, error});
  }

 private:
  const Operation& operation_;
  Walker walker_;
};

void set_header(HttpRequest& request, const std::string& name, const std::string& text) {
  std::erase_if(request.headers, [&](const Header& one) { return one.name == name; });
  if (!text.empty()) request.headers.push_back({name, text});
}

HttpAnswer with_header(Scene& scene, const std::string& name, const std::string& text) {
  HttpRequest request = scene.request();
  set_header(request, name, text);
  return scene.send(request);
}

using Provoke = void (*)(Scene&);
struct Row {
  std::string_view error;
  std::string_view operation;  // empty: every one that lists it
  Provoke provoke;
};

// Of the connection, before the gateway: its answer is made of the same table.
template <apiv3::ErrorId id>
void malformed(Scene& scene) {
  const HttpAnswer answer =
      gateway::malformed_answer(id, scene.world().clocks.wall(), scene.world().random);
  scene.walker().hold(scene.operation(), answer);
}

const Row kRows[] = {
    {"accept_or_user_agent_missing", "", [](Scene& s) { with_header(s, "Accept", ""); }},
    {"accept_or_user_agent_missing", "", [](Scene& s) { with_header(s, "User-Agent", " "); }},
    {"authorization_duplicated", "",
     [](Scene& s) {
       HttpRequest request = s.request();
       request.headers.push_back({"Authorization", "a"});
       s.send(request);
     }},
    {"request_malformed", "", &malformed<apiv3::ErrorId::request_malformed>},
    {"body_too_large", "", &malformed<apiv3::ErrorId::body_too_large>},
    {"content_type_unsupported", "", [](Scene& s) { with_header(s, "Content-Type", "text/xml"); }},
    {"body_not_json", "",
     [](Scene& s) {
       const HttpRequest good = s.request();
       s.send(s.world().request(good.method, good.target, "[]"));
     }},
    {"parameter_invalid", "", [](Scene& s) { with_header(s, "Wechatpay-Serial", "ABC"); }},
    {"authorization_malformed", "", [](Scene& s) { with_header(s, "Authorization", ""); }},
    {"authorization_scheme_unknown", "",
     [](Scene& s) { with_header(s, "Authorization", "Bearer abc"); }},
    {"timestamp_out_of_window", "", [](Scene& s) { s.with({}, {.seconds_off = 301}); }},
    {"timestamp_out_of_window", "", [](Scene& s) { s.with({}, {.seconds_off = -301}); }},
    {"merchant_unknown", "", [](Scene& s) { s.with({}, {.mchid = "1999999999"}); }},
    {"merchant_without_certificate", "", [](Scene& s) { s.with({}, {.mchid = gateway::kBare}); }},
    {"certificate_unknown", "", [](Scene& s) { s.with({}, {.serial_no = std::string(40, 'A')}); }},
    {"certificate_revoked", "",
     [](Scene& s) {
       const HttpRequest request = s.request();
       s.world().merchant(gateway::kSeed).certificates[0].revoked = true;
       s.world().publish();
       s.send(request);
     }},
    {"certificate_expired", "",
     [](Scene& s) {
       s.request();  // what it needs is made while the certificate is valid
       s.world().clocks.wall_now += std::chrono::hours(2);
       const Operation& operation = s.operation();
       s.send(s.world().request(operation.method, filled_in(operation.path, "stock_id", "1"), ""));
     }},
    {"signature_wrong", "",
     [](Scene& s) {
       const auto key = gateway::world_keys().platform;
       s.with({}, {.key = &key});
     }},
    {"system_error", "",
     [](Scene& s) {
       const HttpRequest request = s.request();
       s.world().platform_keys.clear();
       s.world().publish();
       s.send(request);
     }},
    {"service_unavailable", "",
     [](Scene& s) {
       const HttpRequest request = s.request();
       s.world().queue->stop();
       s.send(request);
     }},
    {"method_not_allowed", "",
     [](Scene& s) {
       HttpRequest request = s.request();
       request.method = "DELETE";
       s.send(request);
     }},
    {"path_unknown", "getStock", [](Scene& s) { s.get(gateway::kStocks + "/"); }},

    {"apiv3_key_missing", "getCertificates",
     [](Scene& s) { s.with({}, {.mchid = gateway::kKeyless}); }},
    {"no_platform_certificate", "getCertificates",
     [](Scene& s) { s.with({}, {.mchid = gateway::kPublicKey}); }},

    {"mch_not_exists", "setCallback", [](Scene& s) { s.with({{"mchid", "1999999999"}}); }},
    {"no_auth", "setCallback", [](Scene& s) { s.with({{"mchid", gateway::kOther}}); }},
    {"mch_not_exists", "getCallback",
     [](Scene& s) { s.get(gateway::kCallbacks + "?mchid=1999999999"); }},
    {"no_auth", "getCallback",
     [](Scene& s) { s.get(gateway::kCallbacks + "?mchid=" + gateway::kOther); }},
    {"resource_not_exists", "getCallback", [](Scene& s) { s.get(gateway::kCallbacks); }},

    {"mch_not_exists", "createStock",
     [](Scene& s) { s.with({{"belong_merchant", "1999999999"}}); }},
    {"belong_merchant_unrelated", "createStock",
     [](Scene& s) { s.with({{"belong_merchant", gateway::kOther}}); }},
    {"stock_already_exists", "createStock",
     [](Scene& s) {
       s.with({{"out_request_no", "twice"}});
       s.with({{"out_request_no", "twice"}, {"comment", "other"}});
     }},
    {"resource_not_exists", "getStock", [](Scene& s) { s.get(gateway::kStocks + "/1"); }},
    {"no_auth", "getStock", [](Scene& s) { s.with({}, {.mchid = gateway::kOther}); }},

    {"resource_not_exists", "sendCoupon", [](Scene& s) { s.with({{"stock_id", "1"}}); }},
    {"no_auth", "sendCoupon", [](Scene& s) { s.with({}, {.mchid = gateway::kOther}); }},
    {"api_send_not_allowed", "sendCoupon",
     [](Scene& s) {
       s.world().merchant(gateway::kSeed).api_send = false;
       s.world().publish();
       s.with({});
     }},
    {"appid_mchid_not_match", "sendCoupon", [](Scene& s) { s.with({{"appid", "wx1"}}); }},
    {"user_not_exists", "sendCoupon", [](Scene& s) { s.with({{"openid", "o?"}}); }},
    {"code_mode_illegal", "sendCoupon", [](Scene& s) { s.with({{"coupon_code", "mine"}}); }},
    {"code_mode_illegal", "sendCoupon",
     [](Scene& s) {
       s.with({{"stock_id", s.walker().make_stock({{"coupon_code_mode", "MERCHANT_UPLOAD"}})}});
     }},
    // A code that is missing is PARAM_ERROR: the stock's mode asks for it.
    {"parameter_invalid", "sendCoupon",
     [](Scene& s) {
       s.with({{"stock_id", s.walker().make_stock({{"coupon_code_mode", "MERCHANT_API"}})}});
     }},
    {"coupon_code_already_exists", "sendCoupon",
     [](Scene& s) {
       const std::string id = s.walker().make_stock({{"coupon_code_mode", "MERCHANT_API"}});
       s.with({{"stock_id", id}, {"coupon_code", "one"}});
       s.with({{"stock_id", id}, {"coupon_code", "one"}});
     }},
    {"request_repeated_differently", "sendCoupon",
     [](Scene& s) {
       s.with({{"out_request_no", "twice"}});
       s.with({{"out_request_no", "twice"}, {"openid", "oAnother"}});
     }},
    {"stock_exhausted", "sendCoupon",
     [](Scene& s) {
       const object one = {{"max_coupons", 1}, {"max_coupons_per_user", 1}};
       const std::string id = s.walker().make_stock({{"stock_send_rule", one}});
       s.with({{"stock_id", id}});
       s.with({{"stock_id", id}});
     }},
    {"user_limit_reached", "sendCoupon",
     [](Scene& s) {
       const object one = {{"max_coupons", 9}, {"max_coupons_per_user", 1}};
       const std::string id = s.walker().make_stock({{"stock_send_rule", one}});
       s.with({{"stock_id", id}, {"openid", "oTheSame"}});
       s.with({{"stock_id", id}, {"openid", "oTheSame"}});
     }},
    {"coupon_not_in_validity", "sendCoupon",
     [](Scene& s) {
       const HttpRequest request = s.request();
       s.world().clocks.business_now += std::chrono::hours(24 * 30);
       s.send(request);
     }},
};

TEST(ErrorsTest, EveryErrorOfEveryOperationIsProvoked) {
  for (const Operation& operation : the_contract().operations()) {
    for (const std::string& error : the_contract().errors_of(operation)) {
      if (the_contract().error(error).never) continue;
      int rows = 0;
      for (const Row& row : kRows) {
        if (row.error != error) continue;
        if (!row.operation.empty() && row.operation != operation.id) continue;
        ++rows;
        SCOPED_TRACE(operation.id + ": " + error);
        Scene scene(operation);
        row.provoke(scene);
        EXPECT_TRUE(scene.saw(error)) << "another error came, or none";
      }
      EXPECT_GT(rows, 0) << operation.id << ": nothing here provokes " << error;
    }
  }
}

TEST(ErrorsTest, EveryErrorIsListedSomewhereOrNeverGiven) {
  std::set<std::string> listed;
  for (const Operation& operation : the_contract().operations()) {
    for (const std::string& error : the_contract().errors_of(operation)) listed.insert(error);
  }
  for (const ContractError& error : the_contract().errors()) {
    EXPECT_TRUE(error.never || listed.contains(error.id)) << error.id;
  }
}

// The second spelling of a code, where there is one.
TEST(ErrorsTest, TheLiveSpellingIsGivenWhereItIsChosen) {
  int spelled = 0;
  for (const apiv3::ErrorRow& row : apiv3::error_table()) {
    if (row.code_live.empty()) continue;
    ++spelled;
    const auto body = boost::json::parse(apiv3::error_body({row.id}, apiv3::Wire::live));
    const auto& errors = the_contract().errors();
    EXPECT_TRUE(std::ranges::any_of(errors, [&](const ContractError& error) {
      return body.at("code") == value(error.code_live) && error.body.is_object() &&
             body.at("message") == error.body.at("message");
    })) << boost::json::serialize(body);
  }
  EXPECT_EQ(spelled, 7);
}

}  // namespace
}  // namespace favorhook::contract
