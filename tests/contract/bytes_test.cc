// Limits in bytes. No field of these calls has one, so the walk does not meet any: here a field
// that has goes through the same probes and the same judge, against the program's own check.
#include <gtest/gtest.h>

#include <algorithm>

#include "apiv3/field_rules.h"
#include "tests/contract/probes.h"

namespace favorhook::contract {
namespace {

using apiv3::FieldRule;
using apiv3::FieldType;
using apiv3::Need;

constexpr FieldRule kRule = {"/name", "名称", FieldType::text_bytes, Need::required, 6, 24};

Field field_of(const FieldRule& rule) {
  const object schema = {{"title", std::string_view(rule.title)},
                         {"type", "string"},
                         {"x-min-bytes", rule.min},
                         {"x-max-bytes", rule.max}};
  return {std::string(rule.path), schema, true, "body"};
}

Operation operation_with(const Field& field) {
  return {"synthetic", "POST", "/synthetic", {}, {field}};
}

TEST(BytesTest, LimitsInBytesAreTriedAndJudgedAsTheProgramHasThem) {
  const Field field = field_of(kRule);
  const Operation operation = operation_with(field);
  std::set<std::size_t> taken, too_short, too_long;
  for (const std::string& text : texts_of(the_contract(), field)) {
    const object body = {{"name", text}};
    const auto refusal = apiv3::check_fields(std::span(&kRule, 1), body, apiv3::FieldSource::body);
    const Finding finding = judge_body(operation, body, {});
    ASSERT_EQ(finding.verdict.taken(), !refusal) << text;
    if (refusal) {
      EXPECT_EQ(apiv3::error_body(*refusal, apiv3::Wire::documented),
                refusal_body(the_contract(), finding));
    }
    (finding.verdict.taken()               ? taken
     : finding.verdict.form == "too_short" ? too_short
                                           : too_long)
        .insert(text.size());
  }
  // Both ends are tried and what is just beyond them, in characters of one byte and of several.
  EXPECT_TRUE(taken.contains(6) && taken.contains(24));
  EXPECT_TRUE(too_short.contains(5) && too_long.contains(25));
  EXPECT_TRUE(std::ranges::any_of(too_long, [](std::size_t bytes) { return bytes > 48; }));
}

}  // namespace
}  // namespace favorhook::contract
