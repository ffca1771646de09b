// Reading. Boost.JSON lets the last of two equal members win and takes four-byte characters; the
// wire allows neither (protocol §1.13). So a handler of our own builds the value as Boost's does
// and looks at every name and text.
#include "apiv3/json.h"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <forward_list>
#include <optional>
#include <span>
#include <vector>

#include "apiv3/field_rules.h"
#include "base/limits.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;

// Below this many members comparing all pairs is quicker than sorting.
constexpr std::size_t kPairwiseMax = 16;

// A name that occurs more than once; sorts them where they are many.
std::optional<std::string_view> find_twice(std::span<std::string_view> names) {
  if (names.size() > kPairwiseMax) {
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    return twice == names.end() ? std::nullopt : std::optional(*twice);
  }
  for (std::size_t i = 1; i < names.size(); ++i) {
    const auto before = names.first(i);
    if (std::ranges::find(before, names[i]) != before.end()) return names[i];
  }
  return std::nullopt;
}

class Handler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  explicit Handler(std::string_view input) : input_(input) {}

  json::value release() { return stack_.release(); }
  const std::optional<std::string_view>& duplicate() const { return duplicate_; }
  bool found_wide_character() const { return found_wide_character_; }

  bool on_document_begin(json::error_code&) {
    stack_.reset();
    return true;
  }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t count, json::error_code&) {
    stack_.push_array(count);
    return true;
  }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t count, json::error_code& error) {
    duplicate_ = find_twice(std::span(names_).last(count));
    if (duplicate_) return stop(error);
    names_.resize(names_.size() - count);
    stack_.push_object(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code& error) {
    name_begin_.append(part.data(), part.size());
    stack_.push_chars(part);
    return check_characters(part, error);
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    names_.push_back(lasting_name(part));
    stack_.push_key(part);
    return check_characters(part, error);
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code& error) {
    stack_.push_chars(part);
    return check_characters(part, error);
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& error) {
    stack_.push_string(part);
    return check_characters(part, error);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    stack_.push_uint64(number);
    return true;
  }
  // 1e999 is read as infinity, which no JSON can write back.
  bool on_double(double number, json::string_view, json::error_code& error) {
    if (!std::isfinite(number)) return stop(error);
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool flag, json::error_code&) {
    stack_.push_bool(flag);
    return true;
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  static bool stop(json::error_code& error) {
    error = json::error::syntax;
    return false;
  }

  // Text is valid UTF-8 here, escapes already resolved: F0 to F4 begin the four-byte characters.
  bool check_characters(std::string_view text, json::error_code& error) {
    found_wide_character_ =
        std::ranges::any_of(text, [](char c) { return static_cast<std::uint8_t>(c) >= 0xf0; });
    return !found_wide_character_ || stop(error);
  }

  // The whole name as a view that lives as long as this handler: a name without escapes is a part
  // of the input.
  std::string_view lasting_name(std::string_view last_part) {
    const std::less_equal<const char*> before;
    const bool in_input =
        before(input_.data(), last_part.data()) &&
        before(last_part.data() + last_part.size(), input_.data() + input_.size());
    if (name_begin_.empty() && in_input) return last_part;
    kept_names_.push_front(name_begin_.append(last_part));
    name_begin_.clear();
    return kept_names_.front();
  }

  std::string_view input_;
  std::array<unsigned char, 4096> buffer_;
  json::value_stack stack_{json::storage_ptr(), buffer_.data(), buffer_.size()};
  std::vector<std::string_view> names_;        // of the objects that are open, outermost first
  std::forward_list<std::string> kept_names_;  // those that had escapes
  std::string name_begin_;                     // parts of a name whose last part is still to come
  std::optional<std::string_view> duplicate_;
  bool found_wide_character_ = false;
};

// The documents do not say what these two cases answer; the form is that of the gateway's other
// refusals (§1.7).
Refusal body_refusal(std::string message, const json::value& value) {
  return parameter_refusal(std::move(message), FieldSource::body, to_sorted_json(value));
}

}  // namespace

Result<json::object, Refusal> parse_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = limits::kJsonDepthMax;
  json::basic_parser<Handler> parser(options, text);
  json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  Handler& handler = parser.handler();
  if (handler.duplicate()) {
    return refuse(body_refusal("请求中含有重复的参数", json::string(*handler.duplicate())));
  }
  if (handler.found_wide_character()) {
    return refuse(
        body_refusal("请求中含有4字节的UTF-8字符，仅支持1至3字节的UTF-8字符", json::array()));
  }
  if (error || used < text.size()) return refuse(ErrorId::body_not_json);
  json::value value = handler.release();
  if (!value.is_object()) return refuse(ErrorId::body_not_json);
  return std::move(value.get_object());
}

}  // namespace favorhook::apiv3
