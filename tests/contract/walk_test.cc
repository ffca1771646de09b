// The walk over api/openapi.yaml: for every field, requests at, inside and outside each of its
// limits, held to the whole answer that the contract says.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <regex>

#include "tests/contract/draft.h"
#include "tests/contract/probes.h"
#include "tests/contract/schema.h"
#include "tests/contract/walker.h"

namespace favorhook::contract {
namespace {

const Contract& contract() {
  return the_contract();
}

std::vector<const Operation*> operations_with_body() {
  std::vector<const Operation*> out;
  for (const Operation& operation : contract().operations()) {
    if (operation.body_schema() != nullptr) out.push_back(&operation);
  }
  return out;
}

// A time in the right form, whether there is such a day or not (§1.13): said here again, so that
// the contract's own pattern is held to something.
bool has_form_of_a_time(const value& given) {
  static const std::regex kForm(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d))");
  return given.is_string() && std::regex_match(std::string(given.get_string()), kForm);
}

// Forms that JSON Schema has a keyword for; the others are this contract's own words.
bool schema_says(const Finding& finding) {
  const Verdict& verdict = finding.verdict;
  if (!verdict.error.empty() || verdict.form == "fault" || verdict.form == "not_before" ||
      verdict.unit == "bytes") {
    return false;
  }
  // No pattern knows that 2026 has no 29 February.
  return verdict.unit != "time" || !has_form_of_a_time(verdict.shown);
}

class WalkTest : public testing::Test {
 protected:
  // One body; the answer must be the one that the contract gives. `raw` is how the tried field's
  // value is written, where that matters.
  Finding expect_answer(const Operation& operation, value body, const std::string& tried,
                        const std::string& about, const std::string& raw = {}) {
    const Known known = walker_->settle(operation, body, tried);
    const Finding finding = judge_body(operation, body, known);
    const bool taken = finding.verdict.taken();
    const auto fault = schema_fault(contract(), *operation.body_schema(), body);
    if (taken) {
      EXPECT_FALSE(fault) << about << ": " << *fault;
    } else if (schema_says(finding)) {
      EXPECT_TRUE(fault) << about << ": JSON Schema lets it pass";
    }
    const std::string text =
        raw.empty() ? boost::json::serialize(body) : text_with_raw(std::move(body), tried, raw);
    walker_->expect(operation, text, taken ? "" : refusal_body(contract(), finding), about);
    return finding;
  }

  void try_probe(const Operation& operation, const Field& field, const Probe& probe) {
    const std::string about = operation.id + field.path + " " + probe.name + " " + probe.raw;
    SCOPED_TRACE(about);
    Draft draft(contract(), operation, field.path);
    if (probe.verdict) {
      const Finding finding{field, "", *probe.verdict};
      return walker_->expect(operation, draft.text_with(probe.raw),
                             refusal_body(contract(), finding), about);
    }
    draft.put(field.path, boost::json::parse(probe.raw));
    // As it is, and with what its value asks of other fields.
    const Finding found = expect_answer(operation, draft.body(), field.path, about, probe.raw);
    const std::string& form = found.verdict.form;
    if (form != "missing" && form != "only_if" && form != "not_before") return;
    draft.repair();
    expect_answer(operation, draft.body(), field.path, about, probe.raw);
  }

  std::optional<Walker> walker_{std::in_place};
};

TEST_F(WalkTest, EveryFieldOfEveryBodyAtItsLimits) {
  for (const Operation* operation : operations_with_body()) {
    walker_.emplace();
    for (const Field& field : operation->fields) {
      Draft draft(contract(), *operation, field.path);
      expect_answer(*operation, draft.body(), "", operation->id + field.path + " as it should be");
      for (const Probe& probe : probes_of(contract(), field)) try_probe(*operation, field, probe);
      draft.drop(field.path);
      expect_answer(*operation, draft.body(), field.path, operation->id + field.path + " missing");
    }
    RecordProperty(operation->id, walker_->asked());
  }
}

TEST_F(WalkTest, OfTwoFaultsTheEarlierFieldsIsAnswered) {
  for (const Operation* operation : operations_with_body()) {
    const std::vector<Field>& fields = operation->fields;
    for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
      for (const std::size_t later : {i + 1, fields.size() - 1}) {
        if (later == i || fields[later].path.starts_with(fields[i].path + "/")) continue;
        Draft draft(contract(), *operation, fields[i].path);
        draft.put(fields[later].path, nullptr);
        draft.put(fields[i].path, nullptr);
        expect_answer(*operation, draft.body(), fields[i].path,
                      fields[i].path + " before " + fields[later].path);
      }
    }
  }
}

TEST_F(WalkTest, TheSecondItemIsNamedByItsIndex) {
  for (const Operation* operation : operations_with_body()) {
    for (const Field& field : operation->fields) {
      const auto star = field.path.find("/*");
      if (star == std::string::npos) continue;
      Draft draft(contract(), *operation, field.path);
      const std::string path = field.path.substr(0, star);
      const value good = draft.find(path)->as_array().front();
      draft.put(field.path, nullptr);
      draft.put(path, array{good, draft.find(path)->as_array().front()});
      expect_answer(*operation, draft.body(), field.path, field.path + " in the second item");
    }
  }
}

// Both sides of each condition, with each value of what it depends on.
TEST_F(WalkTest, ConditionsBetweenFields) {
  int conditions = 0;
  for (const Operation* operation : operations_with_body()) {
    for (const Field& field : operation->fields) {
      for (const char* kind : {"x-required-if", "x-only-if"}) {
        if (!field.schema.contains(kind)) continue;
        ++conditions;
        const object& condition = field.schema.at(kind).as_object();
        const std::string other = text_of(condition, "field");
        Draft draft(contract(), *operation, field.path);
        draft.ensure(other);
        const value example = *draft.find(other);
        std::vector<value> values = {0, 1};
        if (example.is_array()) values = {array(), example};
        if (condition.contains("equals")) values = {condition.at("equals"), "DISCOUNT", "EXCHANGE"};
        for (const value& one : values) {
          draft.put(other, one);
          expect_answer(*operation, draft.body(), field.path, field.path + " there");
          Draft without = draft;
          without.drop(field.path);
          expect_answer(*operation, without.body(), field.path, field.path + " not there");
        }
      }
    }
  }
  EXPECT_EQ(conditions, 10);
}

TEST_F(WalkTest, AnEndIsNotBeforeItsBeginning) {
  for (const Operation* operation : operations_with_body()) {
    for (const Field& field : operation->fields) {
      const std::string begin = text_of(field.schema, "x-not-before");
      if (begin.empty()) continue;
      const std::string begin_path = field.path.substr(0, field.path.rfind('/') + 1) + begin;
      Draft draft(contract(), *operation, field.path);
      std::vector<std::pair<value, value>> spans = {{0, 0}, {1, 0}, {86399, 86398}, {1, 86399}};
      if (draft.find(field.path)->is_string()) {
        spans = {{"2026-05-20T08:00:00+08:00", "2026-05-20T00:00:00Z"},
                 {"2026-05-20T08:00:00.001+08:00", "2026-05-20T00:00:00Z"},
                 {"2026-05-20T08:00:00+08:00", "2026-05-20T07:59:59+08:00"},
                 {"2026-05-20T08:00:00+09:00", "2026-05-20T07:30:00+08:00"}};
      }
      for (const auto& [from, to] : spans) {
        draft.put(begin_path, from);
        draft.put(field.path, to);
        expect_answer(*operation, draft.body(), field.path, field.path);
      }
    }
  }
}

TEST_F(WalkTest, UnconfirmedUnknownMembersAreTakenAndDropped) {
  for (const Operation* operation : operations_with_body()) {
    for (const Field& field : operation->fields) {
      if (!has_type(field.schema, "object")) continue;
      for (const char* raw : {"null", "1", "[]", R"({"a":{}})", R"("x")", "18446744073709551616"}) {
        Draft draft(contract(), *operation, field.path);
        value body = draft.body();
        const std::string pointer = field.path.find('*') == std::string::npos ? field.path : "";
        body.at_pointer(pointer).as_object()["no_such_member"] = boost::json::parse(raw);
        body.as_object()["stock_state"] = boost::json::parse(raw);
        expect_answer(*operation, body, "", operation->id + field.path + " unknown " + raw);
      }
    }
  }
}

// Texts that are no JSON object, or more than one.
TEST_F(WalkTest, BodiesAsAWhole) {
  for (const Operation* operation : operations_with_body()) {
    Draft draft(contract(), *operation, "");
    value body = draft.body();
    walker_->settle(*operation, body, "");
    const std::string good = boost::json::serialize(body);
    const std::string no_json = error_body(contract(), "body_not_json");
    for (const std::string& text : std::vector<std::string>{
             "[]", "null", "1", "\"a\"", "true", "{", "}", "[" + good + "]", good + good,
             good + "x", good + ",", "\xef\xbb\xbf" + good, "\xff", " ", "\n", "//\n" + good,
             good + "#", good.substr(0, good.size() - 1), std::string("\0", 1) + good}) {
      walker_->expect(*operation, text, no_json, "a body that is no object");
    }
    for (const std::string& text : {good + "\n", " \t\r\n" + good + " "}) {
      walker_->expect(*operation, text, "", "white space around");
    }
    const Finding finding = judge_body(*operation, object(), {});
    walker_->expect(*operation, "", refusal_body(contract(), finding), "an empty body");
    walker_->expect(*operation, "{}", refusal_body(contract(), finding), "an empty object");
  }
}

TEST_F(WalkTest, DepthAndNamesOfUnknownMembers) {
  const auto depth =
      std::size_t(contract().root().at("x-limits").as_object().at("json_depth").as_int64());
  for (const Operation* operation : operations_with_body()) {
    // A good body without its last brace, each time a new request.
    const auto open_body = [&] {
      value body = *operation->body_example("minimal");
      walker_->settle(*operation, body, "");
      std::string text = boost::json::serialize(body);
      text.pop_back();
      return text;
    };
    const auto nested = [&](std::size_t levels) {
      return open_body() + ",\"x\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    walker_->expect(*operation, nested(depth - 1), "", "as deep as it may be");
    walker_->expect(*operation, nested(depth), error_body(contract(), "body_not_json"), "too deep");
    const auto refused = [&](const std::string& more, Verdict verdict) {
      const Finding finding{operation->fields.front(), "", std::move(verdict)};
      walker_->expect(*operation, open_body() + more, refusal_body(contract(), finding), more);
    };
    refused(R"(,"x":1,"x":1})", with_form("duplicate_member", "x"));
    refused(R"(,"x":{"y":1,"z":2,"y":3}})", with_form("duplicate_member", "y"));
    refused(R"(,"x":{"y":1,"\u0079":3}})", with_form("duplicate_member", "y"));
    refused(",\"\U0001F600\":1}", with_form("wide_character"));
    refused(R"(,"x":["\ud83d\ude00"]})", with_form("wide_character"));
    walker_->expect(*operation, open_body() + R"(,"x":{"y":1},"y":{"y":1}})", "",
                    "the same name elsewhere");
  }
}

TEST_F(WalkTest, ContentTypes) {
  for (const Operation* operation : operations_with_body()) {
    const auto with = [&](const char* type) {
      value body = *operation->body_example("minimal");
      walker_->settle(*operation, body, "");
      HttpRequest request = walker_->world().request(operation->method, operation->path,
                                                     boost::json::serialize(body));
      std::erase_if(request.headers, [](const Header& one) { return one.name == "Content-Type"; });
      if (type != nullptr) request.headers.push_back({"Content-Type", type});
      return walker_->send(*operation, request);
    };
    for (const char* type : {"application/json", "application/json; charset=utf-8",
                             "Application/JSON;charset=UTF-8", "application/json "}) {
      EXPECT_EQ(with(type).status, 200) << type;
    }
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "", "json",
                             "application/jsonp", "application/json, text/plain"}) {
      EXPECT_EQ(with(type).body, error_body(contract(), "content_type_unsupported")) << type;
    }
    EXPECT_EQ(with(nullptr).status, 200) << "unconfirmed: none is taken";
  }
}

// What the documents send is taken, and comes back.
TEST_F(WalkTest, ExamplesOfRequestsAreTaken) {
  int examples = 0;
  for (const Operation* operation : operations_with_body()) {
    const value& all =
        operation->node.at("requestBody").at_pointer("/content/application~1json/examples");
    for (const auto& [name, example] : all.as_object()) {
      value body = example.at("value");
      if (operation->id == "sendCoupon") walker_->settle(*operation, body, "");
      walker_->expect(*operation, boost::json::serialize(body), "", std::string(name));
      ++examples;
    }
  }
  EXPECT_EQ(examples, 5);
}

}  // namespace
}  // namespace favorhook::contract
