#include "tests/contract/probes.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <regex>
#include <set>

#include "tests/contract/draft.h"

namespace favorhook::contract {
namespace {

// Characters of one, two and three bytes.
constexpr std::string_view kCharacters[] = {"a", "é", "券"};

std::string quoted(const std::string& text) {
  return boost::json::serialize(value(text));
}

std::string repeated(std::string_view text, std::int64_t count) {
  std::string out;
  for (std::int64_t i = 0; i < count; ++i) out += text;
  return out;
}

// A text of that many characters: the field's example, cut or filled up, where it must be one of
// many that mean something.
std::string text_of_size(const Field& field, std::string_view character, std::int64_t size) {
  if (!field.schema.contains("x-visible-ascii")) return repeated(character, size);
  const std::string example(field.schema.at("examples").as_array().front().as_string());
  const auto length = std::int64_t(example.size());
  if (size <= length) return example.substr(0, std::size_t(std::max<std::int64_t>(size, 0)));
  return example + repeated(character, size - length);
}

void add_sizes(std::vector<std::string>& out, const Field& field) {
  const auto min = number_of(field.schema, "minLength");
  const auto max = number_of(field.schema, "maxLength");
  std::set<std::int64_t> sizes = {0, 1};
  if (min) sizes.insert({*min - 1, *min});
  // Half and a third of the maximum would be the maximum if it counted bytes, as some do.
  const auto max_bytes = number_of(field.schema, "x-max-bytes");
  for (const auto most : {max, max_bytes}) {
    if (!most) continue;
    sizes.insert({*most, *most + 1, *most / 2, *most / 2 + 1, *most / 3, *most / 3 + 1});
  }
  if (const auto least = number_of(field.schema, "x-min-bytes")) {
    sizes.insert({*least - 1, *least, *least / 2, *least / 3});
  }
  if (!max && !max_bytes) sizes.insert(5000);
  for (const std::int64_t size : sizes) {
    if (size < 0) continue;
    for (const std::string_view character : kCharacters) {
      out.push_back(text_of_size(field, character, size));
    }
  }
}

// All that a pattern takes in one text, and each character that it does not take alone.
void add_characters(std::vector<std::string>& out, const Field& field) {
  const std::regex pattern(text_of(field.schema, "pattern"));
  std::string taken;
  for (char c = ' '; c <= '~'; ++c) {
    if (std::regex_search(std::string(1, c), pattern)) {
      taken += c;
    } else {
      out.push_back(std::string("a") + c);
    }
  }
  const auto max = std::size_t(*number_of(field.schema, "maxLength"));
  for (; !taken.empty(); taken.erase(0, max)) out.push_back(taken.substr(0, max));
  for (const char* text : {"a\n", "\na", "a\t", "a券", "é"}) out.emplace_back(text);
}

void add_choices(std::vector<std::string>& out, const Field& field) {
  for (const value& choice : field.schema.at("enum").as_array()) {
    const std::string text(choice.as_string());
    std::string lower = text;
    std::string upper = text;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    for (const std::string& each : {text, lower, upper, " " + text, text + " ", text + "|" + text,
                                    text.substr(1), text.substr(0, text.size() - 1)}) {
      out.push_back(each);
    }
  }
  out.push_back(joined_enum(field.schema));
}

void add_times(std::vector<std::string>& out, const Field& field) {
  const std::string example(field.schema.at("examples").as_array().front().as_string());
  const std::string day = example.substr(0, 10);
  const std::string seconds = example.substr(0, 19);
  for (const char* tail : {"Z", ".000Z", "+08:00", ".120+08:00", ".999+08:00", "+00:00", "-07:30",
                           // near misses
                           "", "z", ".Z", ".1Z", ".12Z", ".1234Z", ",120Z", "+8:00", "+0800", "+08",
                           "+24:00", "+08:60", " +08:00", "Z ", "+08:00Z", "Zx"}) {
    out.push_back(seconds + tail);
  }
  for (const char* rest : {"", "T00:00Z", " 00:00:00Z", "t00:00:00Z", "T24:00:00Z", "T23:60:00Z",
                           "T23:59:60Z", "T0:00:00Z", "T-1:00:00Z", "T00:00:00"}) {
    out.push_back(day + rest);
  }
  for (const char* text : {"2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z",
                           "2026-13-01T00:00:00Z", "2026-05-00T00:00:00Z", "26-05-01T00:00:00Z",
                           "02026-05-01T00:00:00Z", "2026/05/01T00:00:00Z", "1777564800", "now"}) {
    out.emplace_back(text);
  }
}

// Numbers, for every field: only those that take integers take some.
constexpr const char* kNumbers[] = {"-1",
                                    "-0",
                                    "0",
                                    "1",
                                    "1e3",
                                    "1E0",
                                    "1.0",
                                    "0.5",
                                    "10000098",
                                    "1234567",
                                    "999999999999999",
                                    "1000000000000000",
                                    "9007199254740993",
                                    "9223372036854775807",
                                    "9223372036854775808",
                                    "18446744073709551615",
                                    "18446744073709551616",
                                    "-9223372036854775808",
                                    "-9223372036854775809"};
constexpr const char* kOthers[] = {
    "null",     "true",   "false", "\"\"", "\"1\"",  "\"true\"",  "[]",         "[[]]",   "[1]",
    "[\"券\"]", "[null]", "[{}]",  "{}",   "[{},1]", "{\"a\":1}", "{\"0\":{}}", "\"a b\""};

void add_wide(std::vector<Probe>& out) {
  const Verdict wide = with_form("wide_character");
  for (const char* raw : {"\"\U0001F600\"", R"("\ud83d\ude00")", "\"券\U00020000\"",
                          "[\"\U0010FFFF\"]", "{\"\U0001F600\":1}"}) {
    out.push_back({"a character of four bytes", raw, wide});
  }
}

void add_no_json(std::vector<Probe>& out, const Field& field) {
  const Verdict no_json = with_error("body_not_json");
  const std::string digits(400, '9');
  for (const std::string& raw : std::vector<std::string>{
           "1e400",  "-1e400",    digits,        "-" + digits,   "01",
           "+1",     "1.",        ".5",          "1e",           "0x10",
           "NaN",    "Infinity",  "undefined",   "'a'",          "\"a",
           "\"\n\"", R"("\x41")", R"("\ud83d")", "[1,]",         "{\"a\":1,}",
           "{a:1}",  "/**/1",     "\"\xff\"",    "\"\xc0\xaf\"", "\"\xed\xa0\x80\""}) {
    out.push_back({"no JSON", raw, no_json});
  }
  // In an array nothing is an item less.
  if (!field.path.ends_with("*")) out.push_back({"nothing", "", no_json});
}

void add_duplicates(std::vector<Probe>& out, const Field& field, const std::string& good) {
  const std::string name = field.path.substr(field.path.rfind('/') + 1);
  if (name == "*") return;
  const Verdict twice = with_form("duplicate_member", value(name));
  out.push_back({"twice the same", good + ",\"" + name + "\":" + good, twice});
  out.push_back({"twice, another first", "null,\"" + name + "\":" + good, twice});
  out.push_back({"twice, the second escaped",
                 fmt::format("{},\"\\u{:04x}{}\":null", good, int(name[0]), name.substr(1)),
                 twice});
}

void add_limits(std::vector<Probe>& out, const Contract& contract, const Field& field) {
  for (const char* name : {"minimum", "maximum"}) {
    const auto limit = number_of(field.schema, name);
    if (!limit) continue;
    out.push_back({name, std::to_string(*limit), {}});
    if (*limit > INT64_MIN) out.push_back({name, std::to_string(*limit - 1), {}});
    if (*limit < INT64_MAX) out.push_back({name, std::to_string(*limit + 1), {}});
    out.push_back({name, "\"" + std::to_string(*limit) + "\"", {}});
    out.push_back({name, std::to_string(*limit) + ".0", {}});
  }
  if (!has_type(field.schema, "array")) return;
  const std::string item =
      boost::json::serialize(example_of(contract, contract.resolved(field.schema.at("items"))));
  const std::int64_t max = number_of(field.schema, "maxItems").value_or(20);
  for (const std::int64_t size : {std::int64_t(1), max, max + 1}) {
    out.push_back({"items", "[" + repeated(item + ",", size - 1) + item + "]", {}});
    out.push_back({"items", "[" + repeated(item + ",", size) + "null]", {}});
  }
}

}  // namespace

std::vector<std::string> texts_of(const Contract&, const Field& field) {
  std::vector<std::string> out;
  add_sizes(out, field);
  if (field.schema.contains("enum")) add_choices(out, field);
  if (has_type(field.schema, "time")) {
    add_times(out, field);
  } else if (field.schema.contains("pattern")) {
    add_characters(out, field);
  }
  if (field.schema.contains("examples")) {
    out.emplace_back(field.schema.at("examples").as_array().front().as_string());
  }
  if (field.schema.contains("x-faults")) {
    for (const value& fault : field.schema.at("x-faults").as_array()) {
      out.push_back(text_of(fault.as_object(), "example"));
    }
  }
  return out;
}

std::vector<Probe> probes_of(const Contract& contract, const Field& field) {
  std::vector<Probe> out;
  if (has_type(field.schema, "string")) {
    for (const std::string& text : texts_of(contract, field)) {
      out.push_back({"text", quoted(text), {}});
    }
  }
  add_limits(out, contract, field);
  for (const char* raw : kNumbers) out.push_back({"number", raw, {}});
  for (const char* raw : kOthers) out.push_back({"another type", raw, {}});
  add_wide(out);
  add_no_json(out, field);
  add_duplicates(out, field, boost::json::serialize(example_of(contract, field.schema)));
  return out;
}

}  // namespace favorhook::contract
