// Authorization (apiv3/authorization.h). An input is the header's value.
//
// What is read is written and read again alike; the order of the pairs and pairs of other names
// make no difference; a pair that stands twice is always refused; whatever was sent, the answer is
// JSON.
#include <algorithm>
#include <vector>

#include "apiv3/authorization.h"
#include "fuzz/input.h"
#include "fuzz/properties.h"

namespace favorhook::fuzz {
namespace {

using apiv3::Authorization;
using apiv3::ErrorId;

constexpr std::string_view kNames[] = {"mchid", "nonce_str", "timestamp", "serial_no", "signature"};

bool equal(const Authorization& a, const Authorization& b) {
  return a.mchid == b.mchid && a.nonce_str == b.nonce_str && a.timestamp == b.timestamp &&
         a.unix_seconds == b.unix_seconds && a.serial_no == b.serial_no &&
         a.signature == b.signature;
}

// The pairs of an accepted value, as they stand: no value holds a quote.
std::vector<std::string_view> pairs_of(std::string_view value) {
  std::vector<std::string_view> pairs;
  value.remove_prefix(apiv3::kScheme.size() + 1);
  while (!value.empty()) {
    const auto end = value.find('"', value.find('"') + 1) + 1;
    pairs.push_back(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return pairs;
}

std::string joined(const std::vector<std::string_view>& pairs) {
  std::string out(apiv3::kScheme);
  char before = ' ';
  for (const std::string_view pair : pairs) {
    out += before;
    out += pair;
    before = ',';
  }
  return out;
}

void check_fields(const Authorization& read) {
  for (const std::string* text :
       {&read.mchid, &read.nonce_str, &read.timestamp, &read.serial_no, &read.signature}) {
    CHECK(!text->empty());
    CHECK(text->find('"') == std::string::npos);
  }
  CHECK(std::ranges::none_of(read.serial_no, [](char c) { return c >= 'a' && c <= 'z'; }));
  CHECK(read.unix_seconds >= 0);
  const std::string digits = std::to_string(read.unix_seconds);
  CHECK(std::string(read.timestamp.size() - digits.size(), '0') + digits == read.timestamp);
}

void check_accepted(Input& input, std::string_view value, const Authorization& read) {
  check_fields(read);
  const auto again = apiv3::parse_authorization(apiv3::format_authorization(read));
  CHECK(again && equal(*again, read));

  std::vector<std::string_view> pairs = pairs_of(value);
  CHECK(joined(pairs) == value);
  const auto turn = static_cast<std::ptrdiff_t>(input.choose(pairs.size()));
  std::ranges::rotate(pairs, pairs.begin() + turn);
  if (input.choose(2) == 1) std::ranges::reverse(pairs);
  const auto turned = apiv3::parse_authorization(joined(pairs));
  CHECK(turned && equal(*turned, read));

  const auto place = static_cast<std::ptrdiff_t>(input.choose(pairs.size() + 1));
  const std::string twice =
      std::string(kNames[input.choose(5)]) + (input.choose(2) == 1 ? "=\"\"" : "=\"1\"");
  pairs.insert(pairs.begin() + place, twice);
  const auto refused = apiv3::parse_authorization(joined(pairs));
  CHECK(!refused && refused.error().id == ErrorId::authorization_malformed);
  pairs[static_cast<std::size_t>(place)] = "mchid2=\"1\"";
  const auto extended = apiv3::parse_authorization(joined(pairs));
  CHECK(extended && equal(*extended, read));
}

}  // namespace
}  // namespace favorhook::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace favorhook;
  fuzz::Input input(data, size);
  const std::string_view value = input.rest();
  const auto read = apiv3::parse_authorization(value);
  if (read) {
    fuzz::check_accepted(input, value, *read);
  } else {
    CHECK(read.error().id == apiv3::ErrorId::authorization_malformed ||
          read.error().id == apiv3::ErrorId::authorization_scheme_unknown);
    fuzz::check_refusal(read.error());
  }
  // A wrong signature's answer shows what the client sent. It costs most of an input, and is the
  // same code for all.
  if (input.choose(8) != 0) return 0;
  const std::string_view nonce = read ? std::string_view(read->nonce_str) : value;
  fuzz::check_refusal(apiv3::signature_refusal("POST", "/v3", "1", nonce, value));
  return 0;
}
