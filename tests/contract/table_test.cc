// api/openapi.yaml against the program's own tables, both ways, by name: routes, fields,
// conditions, errors, limits.
#include <gtest/gtest.h>

#include <algorithm>

#include "apiv3/errors.h"
#include "base/limits.h"
#include "gateway/routes.h"
#include "tests/contract/contract.h"

namespace favorhook::contract {
namespace {

using apiv3::FieldRule;
using apiv3::FieldType;
using gateway::FieldCondition;
using gateway::Route;

const Contract& contract() {
  return the_contract();
}

const Route* find_route(const Operation& operation) {
  const auto found = std::ranges::find_if(gateway::routes(), [&](const Route& route) {
    return route.method == operation.method && route.pattern == operation.path;
  });
  return found == gateway::routes().end() ? nullptr : &*found;
}

TEST(TableTest, TheRoutesAreTheOperations) {
  for (const Operation& operation : contract().operations()) {
    EXPECT_NE(find_route(operation), nullptr) << operation.method << " " << operation.path;
  }
  for (const Route& route : gateway::routes()) {
    const auto& operations = contract().operations();
    EXPECT_TRUE(std::ranges::any_of(operations,
                                    [&](const Operation& operation) {
                                      return operation.method == route.method &&
                                             operation.path == route.pattern;
                                    }))
        << route.method << " " << route.pattern << " is in no path of api/openapi.yaml";
  }
}

// A field in words, the same for both sides.
struct Described {
  std::string path;
  std::string words;
  bool operator==(const Described&) const = default;
};

std::string bounds(std::optional<std::int64_t> min, std::optional<std::int64_t> max) {
  return fmt::format("{}..{}", min ? std::to_string(*min) : "", max ? std::to_string(*max) : "");
}

// In the order of FieldType.
constexpr std::string_view kTypes[] = {"characters", "bytes",  "text or number", "integer",
                                       "boolean",    "object", "array",          "time"};

Described described(const FieldRule& rule) {
  const bool any = rule.min != 0 || rule.max != 0;
  // A text or an array has no fewer than none of anything.
  const bool has_min = any && (rule.min != 0 || rule.type == FieldType::integer);
  return {std::string(rule.path),
          fmt::format("“{}” {} {} {} enum [{}] pattern [{}]", rule.title,
                      kTypes[std::size_t(rule.type)],
                      rule.need == apiv3::Need::required ? "required" : "optional",
                      bounds(has_min ? std::optional(rule.min) : std::nullopt,
                             any && rule.max >= rule.min ? std::optional(rule.max) : std::nullopt),
                      rule.one_of, rule.pattern)};
}

std::string type_of(const object& schema) {
  if (has_type(schema, "time")) return "time";
  if (has_type(schema, "string") && has_type(schema, "integer")) return "text or number";
  if (schema.contains("x-max-bytes") || schema.contains("x-min-bytes")) return "bytes";
  return has_type(schema, "string") ? "characters" : text_of(schema, "type");
}

Described described(const Field& field) {
  const object& schema = field.schema;
  const std::string type = type_of(schema);
  const auto limits = [&](const char* min, const char* max) {
    return bounds(number_of(schema, min), number_of(schema, max));
  };
  std::string range = limits("minLength", "maxLength");
  if (type == "integer") range = limits("minimum", "maximum");
  if (type == "array") range = limits("minItems", "maxItems");
  if (type == "bytes") range = limits("x-min-bytes", "x-max-bytes");
  return {field.path,
          fmt::format("“{}” {} {} {} enum [{}] pattern [{}]", text_of(schema, "title"), type,
                      field.required ? "required" : "optional", range, joined_enum(schema),
                      type == "time" ? "" : text_of(schema, "pattern"))};
}

void compare(const Operation& operation, const std::string& location, gateway::Rules rules) {
  std::vector<Described> ours;
  for (const FieldRule& rule : rules) ours.push_back(described(rule));
  std::vector<Described> theirs;
  for (const Field& field : operation.fields) {
    if (field.location == location) theirs.push_back(described(field));
  }
  for (const Described& each : ours) {
    const auto found = std::ranges::find(theirs, each.path, &Described::path);
    ASSERT_NE(found, theirs.end())
        << operation.id << " " << location << each.path << " is not in api/openapi.yaml";
    EXPECT_EQ(found->words, each.words) << operation.id << " " << location << each.path;
  }
  for (const Described& each : theirs) {
    EXPECT_NE(std::ranges::find(ours, each.path, &Described::path), ours.end())
        << operation.id << " " << location << each.path << " has no rule in the program";
  }
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
    ASSERT_EQ(ours[i].path, theirs[i].path) << operation.id << ": the order of fields differs";
  }
}

TEST(TableTest, EveryFieldIsTheSameOnBothSides) {
  for (const Operation& operation : contract().operations()) {
    const Route* route = find_route(operation);
    ASSERT_NE(route, nullptr);
    compare(operation, "uri_template", route->fields.path);
    compare(operation, "query", route->fields.query);
    compare(operation, "body", route->fields.body);
  }
}

// "14 digits" as numbers: what a field that takes both allows must be the same.
TEST(TableTest, ATextOrNumberHasTheSameLimitsAsBoth) {
  int count = 0;
  for (const Operation& operation : contract().operations()) {
    for (const Field& field : operation.fields) {
      if (type_of(field.schema) != "text or number") continue;
      ++count;
      const auto digits = [](std::optional<std::int64_t> number) {
        return std::int64_t(std::to_string(*number).size());
      };
      EXPECT_EQ(digits(number_of(field.schema, "minimum")), number_of(field.schema, "minLength"));
      EXPECT_EQ(digits(number_of(field.schema, "maximum")), number_of(field.schema, "maxLength"));
      EXPECT_NE(digits(*number_of(field.schema, "minimum") - 1),
                number_of(field.schema, "minLength"));
      EXPECT_NE(digits(*number_of(field.schema, "maximum") + 1),
                number_of(field.schema, "maxLength"));
    }
  }
  EXPECT_EQ(count, 2);
}

std::string words(const FieldCondition& condition) {
  constexpr const char* kKinds[] = {"required if", "only if", "not before"};
  return fmt::format("{} {} {} {}", condition.path, kKinds[int(condition.kind)], condition.other,
                     condition.equals);
}

std::vector<std::string> conditions_of(const Operation& operation) {
  std::vector<std::string> out;
  const auto add = [&](const Field& field, const char* key, const char* kind) {
    if (!field.schema.contains(key)) return;
    const object& condition = field.schema.at(key).as_object();
    out.push_back(fmt::format("{} {} {} {}", field.path, kind, text_of(condition, "field"),
                              text_of(condition, "equals")));
  };
  for (const Field& field : operation.fields) {
    add(field, "x-required-if", "required if");
    add(field, "x-only-if", "only if");
    const std::string begin = text_of(field.schema, "x-not-before");
    if (begin.empty()) continue;
    out.push_back(fmt::format("{} not before {} ", field.path,
                              field.path.substr(0, field.path.rfind('/') + 1) + begin));
  }
  return out;
}

TEST(TableTest, EveryConditionIsTheSameOnBothSidesAndInOrder) {
  for (const Operation& operation : contract().operations()) {
    std::vector<std::string> ours;
    for (const FieldCondition& each : find_route(operation)->fields.conditions) {
      ours.push_back(words(each));
    }
    EXPECT_EQ(conditions_of(operation), ours) << operation.id;
  }
}

TEST(TableTest, EveryErrorIsTheSameOnBothSides) {
  std::set<std::string> named;
  std::set<std::string> codes;
  for (const apiv3::ErrorRow& row : apiv3::error_table()) {
    const auto is_row = [&](const ContractError& error) {
      const bool has_body = error.body.is_object();
      const std::string code = has_body ? text_of(error.body.get_object(), "code") : "";
      const std::string message = has_body ? text_of(error.body.get_object(), "message") : "";
      const bool varies = row.id == apiv3::ErrorId::parameter_invalid;
      return error.status == row.status && code == row.code && error.code_live == row.code_live &&
             (varies ? message != row.message : message == row.message) &&
             error.solution == row.solution;
    };
    const auto found = std::ranges::find_if(contract().errors(), is_row);
    ASSERT_NE(found, contract().errors().end())
        << row.status << " " << row.code << " " << row.message << " is not in api/openapi.yaml";
    EXPECT_TRUE(named.insert(found->id).second) << found->id;
    if (!row.code.empty()) codes.emplace(row.code);
    if (!row.code_live.empty()) codes.emplace(row.code_live);
  }
  for (const ContractError& error : contract().errors()) {
    EXPECT_TRUE(named.contains(error.id)) << error.id << " is not in src/apiv3/errors.cc";
  }
  const value& listed = contract().root().at("components").at_pointer("/schemas/Error");
  std::set<std::string> enumerated;
  for (const value& code : listed.at_pointer("/properties/code/enum").as_array()) {
    enumerated.emplace(code.as_string());
  }
  EXPECT_EQ(enumerated, codes);
}

// Statuses of an operation are those of the errors that it lists, and of success.
TEST(TableTest, EveryErrorStandsUnderItsStatus) {
  for (const Operation& operation : contract().operations()) {
    for (const auto& [status, node] : operation.responses()) {
      object one = operation.node;
      one["responses"] = object{{status, node}};
      const Operation alone{operation.id, "", "", one, {}};
      for (const std::string& id : contract().errors_of(alone)) {
        EXPECT_EQ(std::to_string(contract().error(id).status), std::string(status))
            << operation.id << ": " << id;
      }
    }
  }
}

TEST(TableTest, EveryLimitIsTheProgramsOwn) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto in_seconds = [](Millis time) { return duration_cast<seconds>(time).count(); };
  const std::map<std::string, std::int64_t> ours = {
      {"request_head_bytes", limits::kRequestHeadBytesMax},
      {"request_body_bytes", limits::kRequestBodyBytesMax},
      {"json_depth", limits::kJsonDepthMax},
      {"timestamp_skew_seconds", limits::kTimestampSkew.count()},
      {"sign_message_body_characters", limits::kSignMessageBodyShown},
      {"keep_alive_idle_seconds", in_seconds(limits::kKeepAliveIdle)},
      {"request_head_seconds", in_seconds(limits::kRequestHeadTime)},
      {"request_body_seconds", in_seconds(limits::kRequestBodyTime)},
      {"stock_validity_days", in_seconds(limits::kStockValidityMax) / 86'400},
      {"notification_seconds", in_seconds(limits::kAttemptTime)},
  };
  std::map<std::string, std::int64_t> theirs;
  for (const auto& [name, number] : contract().root().at("x-limits").as_object()) {
    theirs.emplace(name, number.as_int64());
  }
  EXPECT_EQ(theirs, ours);
}

}  // namespace
}  // namespace favorhook::contract
