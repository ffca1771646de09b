#include "admin/query.h"

#include <algorithm>
#include <charconv>

#include "base/printable.h"

namespace favorhook::admin {

Result<Query> read_query(const HttpRequest& request, std::span<const std::string_view> known) {
  Query values;
  std::string_view rest = target_query(request.target);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::string_view name = pair.substr(0, pair.find('='));
    if (std::ranges::find(known, name) == known.end()) {
      return fail("there is no query parameter {}", printable(name));
    }
    const auto value =
        percent_decode(pair.substr(std::min(pair.size(), name.size() + 1)), /*plus_is_space=*/true);
    if (!value) return fail("the query parameter {} is not well encoded", name);
    if (!values.emplace(name, *value).second) {
      return fail("the query parameter {} is given twice", name);
    }
  }
  return values;
}

Result<std::int64_t> read_number(const Query& query, std::string_view name, std::int64_t otherwise,
                                 std::int64_t most) {
  const auto found = query.find(name);
  if (found == query.end()) return otherwise;
  const char* const begin = found->second.data();
  const char* const end = begin + found->second.size();
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || stop != end || number < 1 || number > most) {
    return fail("{} must be a number from 1 to {}", name, most);
  }
  return number;
}

}  // namespace favorhook::admin
