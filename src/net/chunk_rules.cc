#include "net/chunk_rules.h"

namespace favorhook::net {

bool is_half_last_chunk(std::string_view rest) {
  constexpr std::size_t kLeast = 5;
  return rest.size() < kLeast && rest.starts_with("0\r\n");
}

bool has_chunk_line(std::string_view rest) {
  if (rest.starts_with("\r\n")) rest.remove_prefix(2);
  const auto end = rest.find("\r\n");
  if (end == std::string_view::npos) return false;
  const auto digit = rest.find_first_not_of('0');
  return std::string_view("123456789abcdefABCDEF").find(rest[digit]) != std::string_view::npos;
}

}  // namespace favorhook::net
