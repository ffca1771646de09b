// The query parameters of a request. Private to admin/.
//
//   static constexpr std::array<std::string_view, 2> kKnown = {"after", "limit"};
//   Result<Query> query = read_query(call.request, kKnown);
//
// Pure functions. Errors name the parameter.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/http_message.h"
#include "base/result.h"

namespace favorhook::admin {

using Query = std::map<std::string, std::string, std::less<>>;

// Refuses a parameter that is not in `known`, is given twice or is not well encoded.
Result<Query> read_query(const HttpRequest& request, std::span<const std::string_view> known);

// The parameter as a number from 1 to `most`; `otherwise` where it is not given.
Result<std::int64_t> read_number(const Query& query, std::string_view name, std::int64_t otherwise,
                                 std::int64_t most);

}  // namespace favorhook::admin
