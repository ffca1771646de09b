// The walk over parameters of paths and queries: limits, percent-encoding, repetition.
#include <gtest/gtest.h>

#include "tests/contract/probes.h"
#include "tests/contract/walker.h"

namespace favorhook::contract {
namespace {

std::string encoded(std::string_view text, const char* format = "%{:02X}") {
  std::string out;
  for (const char c : text) out += fmt::format(fmt::runtime(format), std::uint8_t(c));
  return out;
}

bool printable(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

class ParametersTest : public testing::Test {
 protected:
  ParametersTest() {
    const Operation& set = the_contract().operation("setCallback");
    walker_.ask(set, set.path, R"({"notify_url":"https://shop.example/notify"})");
    known_["/stock_id"] = walker_.make_stock();
    known_["/mchid"] = gateway::kSeed;
  }

  void expect(const Operation& operation, const std::string& target, const Finding& finding) {
    SCOPED_TRACE(target);
    const HttpAnswer answer = walker_.ask(operation, target, "");
    if (finding.verdict.taken()) {
      EXPECT_EQ(answer.status, 200) << answer.body;
    } else {
      EXPECT_EQ(answer.body, refusal_body(the_contract(), finding));
    }
  }
  // Text as the parameter means it, in the form that stands in the target.
  void expect_text(const Operation& operation, const Field& field, const std::string& raw,
                   const std::string& text) {
    Finding finding = judge_parameter(field, text, known_);
    if (!printable(text)) {
      finding = {field, "/" + field.location + field.path, with_form("characters")};
    }
    expect(operation, target(operation, field, raw), finding);
  }
  void expect_malformed(const Operation& operation, const Field& field, const std::string& raw) {
    expect(operation, target(operation, field, raw),
           {field, "/" + field.location + field.path, with_form("characters")});
  }
  static std::string target(const Operation& operation, const Field& field,
                            const std::string& raw) {
    const std::string name = field.path.substr(1);
    if (field.location == "query") return operation.path + "?" + name + "=" + raw;
    return filled_in(operation.path, name, raw);
  }
  std::string good(const Field& field) const {
    const auto there = known_.find(field.path);
    return there != known_.end() ? there->second : "RSA";
  }

  Walker walker_;
  Known known_;
};

template <class Visit>
void for_each_parameter(const char* location, const Visit& visit) {
  int count = 0;
  for (const Operation& operation : the_contract().operations()) {
    for (const Field& field : operation.fields) {
      if (field.location != location) continue;
      ++count;
      visit(operation, field);
    }
  }
  EXPECT_GT(count, 0);
}

TEST_F(ParametersTest, TextsAtTheirLimits) {
  for (const char* location : {"query", "uri_template"}) {
    for_each_parameter(location, [&](const Operation& operation, const Field& field) {
      for (const std::string& text : texts_of(the_contract(), field)) {
        if (text.empty() && field.location == "uri_template") continue;  // another path
        expect_text(operation, field, encoded(text), text);
      }
      const std::string text = good(field);
      expect_text(operation, field, text, text);
      expect_text(operation, field, encoded(text, "%{:02x}"), text);
      expect_text(operation, field, encoded(text.substr(0, 1)) + text.substr(1), text);
      for (const std::string& near : {" " + text, text + " ", text + "0", "0" + text}) {
        expect_text(operation, field, encoded(near), near);
      }
    });
  }
}

TEST_F(ParametersTest, UnconfirmedCharactersBeyondPrintableAsciiAndMalformedEscapes) {
  for (const char* location : {"query", "uri_template"}) {
    for_each_parameter(location, [&](const Operation& operation, const Field& field) {
      for (const char* raw : {"%", "%4", "%zz", "%4g", "1%", "%%31", "%u5238"}) {
        expect_malformed(operation, field, raw);
      }
      for (const std::string& text :
           std::vector<std::string>{std::string("\0", 1), "\x1f", "\x7f", "\xff", "\n", "券",
                                    "1\r\nX-A: b", "\xc0\xaf", "\U0001F600"}) {
        expect_text(operation, field, encoded(text), text);
        expect_text(operation, field, good(field) + encoded(text), good(field) + text);
      }
    });
  }
}

TEST_F(ParametersTest, UnconfirmedAQueryParameterStandsOnce) {
  for_each_parameter("query", [&](const Operation& operation, const Field& field) {
    const std::string name = field.path.substr(1);
    const std::string text = good(field);
    const Finding twice{field, "/query" + field.path, with_form("repeated")};
    const std::string once = operation.path + "?" + name + "=" + text;
    for (const std::string& more :
         std::vector<std::string>{"&" + name + "=" + text, "&" + name + "=x", "&" + name,
                                  "&&" + name + "=", "&" + encoded(name) + "=" + text}) {
      expect(operation, once + more, twice);
    }
    expect(operation, once, {});
    const std::string upper = fmt::format("{}={}", std::string(name).append("s"), text);
    for (const std::string& beside : std::vector<std::string>{
             "&x=1", "&x", "&", "&&", "&=", "&x=%E5%88%B8", "&x=%zz", "&" + upper, "&x=1&x=2"}) {
      expect(operation, once + beside, {});
    }
    expect(operation, operation.path + "?" + encoded(name) + "=" + text, {});
    expect(operation, operation.path + "?", {});
    expect(operation, operation.path, judge_parameter(field, std::nullopt, known_));
    // Neither a value nor a sign of one: an empty value.
    const Finding empty = judge_parameter(field, "", known_);
    expect(operation, operation.path + "?" + name, empty);
    expect(operation, operation.path + "?" + name + "=", empty);
    const std::string plus = "a+b=c";
    expect(operation, operation.path + "?" + name + "=" + plus,
           judge_parameter(field, "a b=c", known_));
  });
}

TEST_F(ParametersTest, PathsThatAreNone) {
  for_each_parameter("uri_template", [&](const Operation& operation, const Field& field) {
    const std::string name = field.path.substr(1);
    for (const char* raw : {"", "a/b", "/", "1/"}) {
      const HttpAnswer answer = walker_.world().get(filled_in(operation.path, name, raw));
      EXPECT_EQ(answer.status, 404) << raw;
      EXPECT_EQ(answer.body, "") << raw;
    }
    for (const char* text : {"a/b", "..", "../callbacks", "a+b", "a%b", "?", "#"}) {
      expect_text(operation, field, encoded(text), text);
    }
    expect_text(operation, field, "a+b", "a+b");
    const std::string there = target(operation, field, good(field));
    expect(operation, there + "?stock_id=2&x=%zz", {});
    EXPECT_EQ(walker_.world().get(there + "/").status, 404);
  });
}

}  // namespace
}  // namespace favorhook::contract
