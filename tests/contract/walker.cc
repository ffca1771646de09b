#include "tests/contract/walker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/contract/schema.h"

namespace favorhook::contract {
namespace {

gateway::World* make_world(const coupon::UrlPolicy& policy) {
  gateway::WorldOptions options;
  options.url_policy = &policy;
  return new gateway::World(options);
}

// PARAM_ERROR's own messages vary; every other error has one.
bool is_error(const ContractError& error, int status, const value& body) {
  if (error.status != status || error.body.is_object() != body.is_object()) return false;
  if (!body.is_object()) return true;
  if (error.body.at("code") != body.at("code")) return false;
  return error.id == "parameter_invalid" || error.body.at("message") == body.at("message");
}

bool holds_double(const value& any) {
  if (any.is_array()) return std::ranges::any_of(any.get_array(), &holds_double);
  if (!any.is_object()) return any.is_double();
  return std::ranges::any_of(any.get_object(),
                             [](const auto& member) { return holds_double(member.value()); });
}

// The members that the contract describes, at every depth. `path` is the value's own.
value described_part(const Operation& operation, const value& given, const std::string& path) {
  if (given.is_array()) {
    array items;
    for (const value& item : given.get_array()) {
      items.push_back(described_part(operation, item, path + "/*"));
    }
    return items;
  }
  if (!given.is_object()) return given;
  object members;
  for (const auto& [name, member] : given.get_object()) {
    const std::string own = path + "/" + std::string(name);
    if (std::ranges::find(operation.fields, own, &Field::path) == operation.fields.end()) continue;
    members.emplace(name, described_part(operation, member, own));
  }
  return members;
}

}  // namespace

Walker::Walker() : world_(make_world(egress_)) {}

std::string Walker::make_stock(const object& changes) {
  const Operation& create = contract_.operation("createStock");
  value body = *create.body_example("minimal");
  for (const auto& [name, member] : changes) body.as_object()[name] = member;
  body.as_object()["out_request_no"] = fmt::format("made-{}", ++number_);
  const HttpAnswer answer = ask(create, create.path, boost::json::serialize(body));
  CHECK(answer.status == 200);
  return std::string(boost::json::parse(answer.body).at("stock_id").as_string());
}

Known Walker::settle(const Operation& operation, value& body, const std::string& tried) {
  Known known;
  object& members = body.as_object();
  for (const Field& field : operation.fields) {
    const std::string name = field.path.substr(1);
    if (flag_of(field.schema, "x-unique") && field.path != tried && members.contains(name)) {
      members[name] = fmt::format("walk-{}", ++number_);
    }
    if (!field.schema.contains("x-refers-to")) continue;
    const std::string entity = text_of(field.schema.at("x-refers-to").as_object(), "entity");
    std::string there(field.schema.at("examples").as_array().front().as_string());
    if (entity == "user") there = fmt::format("oWalk-{}", ++number_);
    if (entity == "stock") {
      if (stock_id_.empty()) {
        stock_id_ = make_stock(
            {{"stock_send_rule", {{"max_coupons", 1'000'000'000}, {"max_coupons_per_user", 100}}}});
      }
      there = stock_id_;
      for (const Field& other : operation.fields) {
        if (!other.schema.contains("x-stock") || !members.contains(other.path.substr(1))) continue;
        there = make_stock(other.schema.at("x-stock").as_object());
      }
    }
    known[field.path] = there;
    if (field.path != tried && members.contains(name)) members[name] = there;
  }
  return known;
}

HttpAnswer Walker::ask(const Operation& operation, const std::string& target,
                       const std::string& body, const gateway::Signing& signing) {
  return send(operation, world_->request(operation.method, target, body, signing));
}

HttpAnswer Walker::send(const Operation& operation, const HttpRequest& request) {
  ++asked_;
  HttpAnswer answer = world_->send(request);
  hold(operation, answer);
  return answer;
}

void Walker::hold(const Operation& operation, const HttpAnswer& answer) {
  const std::string status = std::to_string(answer.status);
  const value* described = operation.responses().if_contains(status);
  ASSERT_NE(described, nullptr) << operation.id << " is not said to answer " << status << " "
                                << answer.body;
  const object response = contract_.resolved(*described);
  if (answer.status >= 400) return note_error(operation, answer, response);
  hold_headers(response, answer, true);
  const value body = boost::json::parse(answer.body);
  const value& schema = response.at("content").at_pointer("/application~1json/schema");
  const auto fault = schema_fault(contract_, schema, body);
  EXPECT_FALSE(fault) << operation.id << ": " << *fault;
  note_members(operation.id, body);
  EXPECT_EQ(answer.body, sorted_json(body)) << "compact, alphabetical";
}

// The headers that a response describes are the answer's, each in its form, and no others.
void Walker::hold_headers(const object& response, const HttpAnswer& answer, bool is_signed) {
  std::set<std::string> described;
  for (const auto& [name, node] : response.at("headers").as_object()) {
    if (!is_signed && name.starts_with("Wechatpay-")) continue;
    described.emplace(name);
    const object header = contract_.resolved(node);
    const auto fault = schema_fault(contract_, header.at("schema"),
                                    value(gateway::header(answer, std::string_view(name))));
    EXPECT_FALSE(fault) << std::string(name) << ": " << *fault;
  }
  std::set<std::string> given;
  for (const Header& header : answer.headers) {
    if (header.name == "Content-Type") {
      EXPECT_EQ(header.value, text_of(contract_.root(), "x-content-type"));
      EXPECT_FALSE(answer.body.empty());
    } else {
      given.insert(header.name);
    }
  }
  EXPECT_EQ(given, described);
  if (!is_signed) return;
  EXPECT_TRUE(std::ranges::any_of(world_->platform_keys, [&](const coupon::PlatformKey& key) {
    return world_->signed_with(answer, key);
  }));
}

void Walker::note_error(const Operation& operation, const HttpAnswer& answer,
                        const object& response) {
  const value body = answer.body.empty() ? value("") : boost::json::parse(answer.body);
  if (!answer.body.empty()) {
    ASSERT_TRUE(response.contains("content")) << operation.id << " " << answer.body;
    const value& schema = response.at("content").at_pointer("/application~1json/schema");
    const auto fault = schema_fault(contract_, schema, body);
    EXPECT_FALSE(fault) << operation.id << ": " << *fault;
  }
  for (const std::string& id : contract_.errors_of(operation)) {
    const ContractError& error = contract_.error(id);
    if (!is_error(error, answer.status, body)) continue;
    errors_.emplace(operation.id, id);
    EXPECT_FALSE(error.never) << operation.id << ": " << id;
    // Without any key there is nothing to sign with.
    const bool keyless = id == "system_error" && world_->platform_keys.empty();
    return hold_headers(response, answer, error.is_signed && !keyless);
  }
  ADD_FAILURE() << operation.id << " is not said to answer " << answer.status << " " << answer.body;
}

void Walker::note_members(const std::string& path, const value& body) {
  members_.insert(path);
  if (body.is_array()) {
    for (const value& item : body.get_array()) note_members(path + "/*", item);
  }
  if (!body.is_object()) return;
  for (const auto& [name, member] : body.get_object()) {
    note_members(path + "/" + std::string(name), member);
  }
}

void Walker::expect(const Operation& operation, const std::string& text,
                    const std::string& expected, const std::string& about) {
  const HttpAnswer answer = ask(operation, operation.path, text);
  if (!expected.empty()) {
    // The same number may be written in several ways; everything else is held to byte for byte.
    const bool same_value = holds_double(boost::json::parse(expected)) && !answer.body.empty() &&
                            boost::json::parse(answer.body) == boost::json::parse(expected);
    if (!same_value) {
      EXPECT_EQ(answer.body, expected) << about << "\n" << text;
    }
    return;
  }
  EXPECT_EQ(answer.status, 200) << about << "\n" << answer.body << "\n" << text;
  if (answer.status != 200) return;
  follow_link(operation, boost::json::parse(text), boost::json::parse(answer.body), about);
}

std::string Walker::link_target(const object& link, const value& answer) const {
  std::string target = contract_.operation(text_of(link, "operationId")).path;
  for (const auto& [name, expression] : link.at("parameters").as_object()) {
    constexpr std::string_view kBody = "$response.body#";
    const std::string pointer = std::string(expression.as_string()).substr(kBody.size());
    const std::string given(answer.at_pointer(pointer).as_string());
    const std::string filled = filled_in(target, std::string(name), given);
    target = filled != target ? filled : target + "?" + std::string(name) + "=" + given;
  }
  return target;
}

// What the request gave comes back unchanged, and nothing else but what only answers have.
void Walker::follow_link(const Operation& operation, const value& sent, const value& answer,
                         const std::string& about) {
  const object& success = operation.responses().at("200").as_object();
  if (!success.contains("links")) return;
  const object& link = success.at("links").at("asked").as_object();
  const Operation& get = contract_.operation(text_of(link, "operationId"));
  const HttpAnswer got = ask(get, link_target(link, answer), "");
  ASSERT_EQ(got.status, 200) << about;

  object expected = described_part(operation, sent, "").as_object();
  for (const Field& field : operation.fields) {
    const std::string name = field.path.substr(1);
    if (flag_of(field.schema, "writeOnly")) expected.erase(name);
    const value* given = expected.if_contains(name);
    const bool digits = given != nullptr && given->is_int64() && has_type(field.schema, "string");
    if (digits) expected[name] = boost::json::serialize(*given);
    if (given == nullptr && field.schema.contains("x-default")) expected[name] = gateway::kSeed;
  }
  object returned = boost::json::parse(got.body).as_object();
  const value& schema =
      get.responses().at("200").at("content").at_pointer("/application~1json/schema");
  const object described = contract_.resolved(schema);
  for (const auto& [name, property] : described.at("properties").as_object()) {
    if (flag_of(contract_.resolved(property), "readOnly")) returned.erase(name);
  }
  EXPECT_EQ(returned, expected) << about << "\n" << got.body;
}

}  // namespace favorhook::contract
