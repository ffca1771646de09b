// The members of a request's JSON object, taken one by one with their rules; whatever is left over
// is a mistake of the caller and refused. Private to admin/.
//
//   Fields fields(*read_body(request));
//   std::string mchid = fields.text("mchid", kMchId);
//   if (auto faults = fields.finish(); !faults) return respond(error_answer(400, …));
//
// After the first fault every call gives an empty value, so a handler reads all its members and
// asks once. Thread safety: a value. Errors: finish() names the member and its rule, never its
// value.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_message.h"
#include "base/limits.h"
#include "base/result.h"

namespace favorhook::admin {

struct TextRule {
  std::size_t min;  // bytes
  std::size_t max;
  bool (*allows)(char c);
  std::string_view says;
};

extern const TextRule kMchId;
extern const TextRule kName;
extern const TextRule kWord;
extern const TextRule kAppId;
extern const TextRule kGroup;
extern const TextRule kApiv3Key;
extern const TextRule kUserId;
extern const TextRule kPem;
extern const TextRule kHost;

// The body's object. Errors: no JSON, or no object.
Result<boost::json::object> read_body(const HttpRequest& request);

class Fields {
 public:
  explicit Fields(boost::json::object object) : object_(std::move(object)) {}

  std::string text(std::string_view name, const TextRule& rule);
  std::optional<std::string> optional_text(std::string_view name, const TextRule& rule);
  // Nothing where the member is not there, an empty text where it is null.
  std::optional<std::string> nullable_text(std::string_view name, const TextRule& rule);
  std::optional<bool> optional_flag(std::string_view name);
  // An integer from 0 to `most`.
  std::optional<int> optional_number(std::string_view name, int most);
  // An empty list where the member is not there.
  std::vector<std::string> texts(std::string_view name, const TextRule& rule);
  // The object's members as pairs, each text under the rule; empty where the member is not there.
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view name,
                                                         const TextRule& rule);
  // As `read` makes of a word; a fault where it makes nothing of it.
  template <class Value>
  std::optional<Value> optional_word(std::string_view name,
                                     std::optional<Value> (*read)(std::string_view),
                                     std::string_view says);

  Result<void> finish();

 private:
  std::optional<boost::json::value> take(std::string_view name);
  std::string checked(std::string_view name, const boost::json::value& value, const TextRule& rule);
  void fault(std::string_view name, std::string_view says);

  boost::json::object object_;
  std::optional<Error> fault_;
};

template <class Value>
std::optional<Value> Fields::optional_word(std::string_view name,
                                           std::optional<Value> (*read)(std::string_view),
                                           std::string_view says) {
  const auto word = optional_text(name, kWord);
  if (!word || fault_) return std::nullopt;
  auto value = read(*word);
  if (!value) fault(name, says);
  return value;
}

}  // namespace favorhook::admin
