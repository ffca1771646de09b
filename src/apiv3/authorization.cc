#include "apiv3/authorization.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace favorhook::apiv3 {
namespace {

// The longest decimal text that always fits 64 bits.
constexpr std::size_t kTimestampDigitsMax = 18;

struct Pair {
  std::string_view key;
  std::string_view value;
};

// Takes key="value" off the front of `text`.
std::optional<Pair> take_pair(std::string_view& text) {
  const auto equals = text.find("=\"");
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  const auto begin = equals + 2;
  const auto end = text.find('"', begin);
  if (end == std::string_view::npos) return std::nullopt;
  const Pair pair = {text.substr(0, equals), text.substr(begin, end - begin)};
  text.remove_prefix(end + 1);
  return pair;
}

bool is_decimal(std::string_view text) {
  return !text.empty() && text.size() <= kTimestampDigitsMax &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// False where the key stands twice or its value is empty. Pairs that the rules do not name are
// skipped.
bool store(Authorization& result, const Pair& pair) {
  const std::array<std::pair<std::string_view, std::string*>, 5> fields = {
      {{"mchid", &result.mchid},
       {"nonce_str", &result.nonce_str},
       {"timestamp", &result.timestamp},
       {"serial_no", &result.serial_no},
       {"signature", &result.signature}}};
  for (const auto& [key, field] : fields) {
    if (key != pair.key) continue;
    // An empty value is refused here and not at the end, or a second pair could take its place.
    if (!field->empty() || pair.value.empty()) return false;
    *field = pair.value;
  }
  return true;
}

}  // namespace

Result<Authorization, Refusal> parse_authorization(std::string_view value) {
  const auto malformed = refuse(ErrorId::authorization_malformed);
  const auto space = value.find(' ');
  if (space == std::string_view::npos || space == 0) return malformed;
  if (value.substr(0, space) != kScheme) return refuse(ErrorId::authorization_scheme_unknown);
  std::string_view rest = value.substr(space + 1);

  Authorization result;
  for (;;) {
    const auto pair = take_pair(rest);
    if (!pair || pair->key.find_first_of(" ,\"") != std::string_view::npos) return malformed;
    if (!store(result, *pair)) return malformed;
    if (rest.empty()) break;
    if (rest.front() != ',') return malformed;
    rest.remove_prefix(1);
  }
  if (result.mchid.empty() || result.nonce_str.empty() || result.serial_no.empty() ||
      result.signature.empty() || !is_decimal(result.timestamp)) {
    return malformed;
  }
  const char* const begin = result.timestamp.data();
  std::from_chars(begin, begin + result.timestamp.size(), result.unix_seconds);
  result.serial_no = upper_case(result.serial_no);
  return result;
}

std::string format_authorization(const Authorization& authorization) {
  return fmt::format(R"({} mchid="{}",nonce_str="{}",timestamp="{}",serial_no="{}",signature="{}")",
                     kScheme, authorization.mchid, authorization.nonce_str, authorization.timestamp,
                     authorization.serial_no, authorization.signature);
}

}  // namespace favorhook::apiv3
