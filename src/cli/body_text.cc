#include "cli/body_text.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "apiv3/json.h"
#include "apiv3/utf8.h"

namespace favorhook::cli {
namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = apiv3::sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// `name`: of the member that is, or holds, the value.
Result<void> check(const boost::json::value& value, std::string_view name) {
  Result<void> checked;
  if (value.is_string() && !is_utf8(value.get_string())) return fail("{} is not UTF-8", name);
  if (value.is_array()) {
    for (const boost::json::value& item : value.get_array()) {
      if (checked) checked = check(item, name);
    }
  }
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object()) {
      if (checked) checked = check(member, key);
    }
  }
  return checked;
}

}  // namespace

Result<std::string> body_text(const boost::json::value& body) {
  if (auto checked = check(body, "the body"); !checked) return fail(std::move(checked.error()));
  return apiv3::to_ordered_json(body);
}

}  // namespace favorhook::cli
