#include "admin/fields.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/printable.h"

namespace favorhook::admin {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_id(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-';
}
// UTF-8 is the JSON parser's to check.
bool is_no_control(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
}
bool is_pem(char c) {
  return is_no_control(c) || c == '\n' || c == '\r' || c == '\t';
}
bool is_host(char c) {
  return is_alphanumeric(c) || c == '.' || c == '-' || c == ':';
}

}  // namespace

const TextRule kMchId = {limits::kMchIdMin, limits::kMchIdMax, is_digit, "8 to 15 digits"};
const TextRule kName = {1, 128, is_no_control, "1 to 128 bytes without control characters"};
const TextRule kWord = {1, 32, is_id, "one word"};
const TextRule kAppId = {1, limits::kAppIdMax, is_id, "1 to 32 characters of 0-9 A-Z a-z _ -"};
const TextRule kGroup = kAppId;
const TextRule kApiv3Key = {32, 32, is_alphanumeric, "32 characters of 0-9 A-Z a-z"};
const TextRule kUserId = {1, limits::kOpenIdMax, is_id,
                          "texts of 1 to 64 characters of 0-9 A-Z a-z _ -"};
const TextRule kPem = {1, limits::kPemBytesMax, is_pem, "a text in PEM form"};
const TextRule kHost = {1, 253, is_host, "host names or addresses"};

Result<boost::json::object> read_body(const HttpRequest& request) {
  boost::json::parse_options options;
  options.max_depth = limits::kJsonDepthMax;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(request.body, error, {}, options);
  if (error || !value.is_object()) return fail("the body is no JSON object");
  return value.get_object();
}

std::optional<boost::json::value> Fields::take(std::string_view name) {
  const auto found = object_.find(name);
  if (found == object_.end()) return std::nullopt;
  boost::json::value value = std::move(found->value());
  object_.erase(found);
  return value;
}

void Fields::fault(std::string_view name, std::string_view says) {
  if (!fault_) fault_ = Error{fmt::format("{} must be {}", name, says)};
}

std::string Fields::checked(std::string_view name, const boost::json::value& value,
                            const TextRule& rule) {
  const boost::json::string* const text = value.if_string();
  const bool good = text != nullptr && text->size() >= rule.min && text->size() <= rule.max &&
                    std::ranges::all_of(*text, rule.allows);
  if (!good) fault(name, rule.says);
  return good && !fault_ ? std::string(*text) : "";
}

std::string Fields::text(std::string_view name, const TextRule& rule) {
  const auto value = take(name);
  if (!value && !fault_) fault_ = Error{fmt::format("{} is missing", name)};
  return value ? checked(name, *value, rule) : "";
}

std::optional<std::string> Fields::optional_text(std::string_view name, const TextRule& rule) {
  const auto value = take(name);
  return value ? std::optional(checked(name, *value, rule)) : std::nullopt;
}

std::optional<std::string> Fields::nullable_text(std::string_view name, const TextRule& rule) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  return value->is_null() ? "" : checked(name, *value, rule);
}

std::optional<bool> Fields::optional_flag(std::string_view name) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  if (!value->is_bool()) fault(name, "true or false");
  return value->is_bool() && value->get_bool();
}

std::optional<int> Fields::optional_number(std::string_view name, int most) {
  const auto value = take(name);
  if (!value) return std::nullopt;
  const std::int64_t* const number = value->if_int64();
  const bool good = number != nullptr && *number >= 0 && *number <= most;
  if (!good) fault(name, fmt::format("an integer from 0 to {}", most));
  return good ? static_cast<int>(*number) : 0;
}

std::vector<std::string> Fields::texts(std::string_view name, const TextRule& rule) {
  const auto value = take(name);
  if (!value) return {};
  if (!value->is_array()) {
    fault(name, "a list");
    return {};
  }
  std::vector<std::string> all;
  for (const auto& element : value->get_array()) all.push_back(checked(name, element, rule));
  return all;
}

std::vector<std::pair<std::string, std::string>> Fields::pairs(std::string_view name,
                                                               const TextRule& rule) {
  const auto value = take(name);
  if (!value) return {};
  if (!value->is_object()) {
    fault(name, "an object of texts");
    return {};
  }
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& member : value->get_object()) {
    all.emplace_back(member.key(), checked(name, member.value(), rule));
  }
  return all;
}

Result<void> Fields::finish() {
  if (!fault_ && !object_.empty()) {
    const std::string_view name = object_.begin()->key();
    fault_ = Error{fmt::format("{} is not known here", printable(name.substr(0, 64)))};
  }
  return fault_ ? Result<void>(fail(*fault_)) : Result<void>();
}

}  // namespace favorhook::admin
