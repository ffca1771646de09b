// A merchant's reading of notifications (merchant/, apiv3/notification.h). The first byte of an
// input says what the rest is:
//
//   o  a body, whose signature is taken as good: opened, and what opens is sealed and opens again
//   h  name:value lines instead of the headers of a published notification
//   m  pairs of bytes, where and what: changes to that notification, none of which verifies
//   s  lines: the members of a notification, sealed, which opens to the same
#include <array>
#include <fstream>
#include <iterator>

#include "apiv3/notification.h"
#include "base/limits.h"
#include "favorhook/notification.h"
#include "fuzz/input.h"
#include "fuzz/properties.h"

namespace favorhook::fuzz {
namespace {

using apiv3::Notification;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string file(const std::string& name) {
  std::ifstream in(std::string(FAVORHOOK_ROOT) + "/api/vectors/" + name, std::ios::binary);
  CHECK(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A notification with a real signature, whose key nobody here has: what is changed cannot verify.
struct Published {
  Published() {
    const auto vector = boost::json::parse(file("go-notify-payscore.json"));
    const auto text = [&](const char* name) { return std::string(vector.at(name).as_string()); };
    apiv3_key = text("apiv3_key");
    body = text("body");
    plaintext = text("plaintext");
    for (const char* name :
         {"Wechatpay-Nonce", "Wechatpay-Timestamp", "Wechatpay-Serial", "Wechatpay-Signature"}) {
      headers.emplace_back(name, vector.at("headers").at(name).as_string());
    }
    merchant::PlatformKeys keys;
    CHECK(keys.add_public_key("D7CE59D1F522D701", file(text("public_key_file"))));
    merchant::NotificationOptions options;
    options.timestamp_skew_s = 0;
    handler.emplace(keys, apiv3_key, options);
    const auto opened = handler->parse(headers, body);
    CHECK(opened && opened->plaintext == plaintext);
  }

  std::string apiv3_key, body, plaintext;
  Pairs headers;
  std::optional<merchant::NotificationHandler> handler;
};

const Published& published() {
  static const Published made;
  return made;
}

// Every member that a caller may write is one.
bool equal(const Notification& a, const Notification& b) {
  return a.id == b.id && a.create_time == b.create_time && a.resource_type == b.resource_type &&
         a.event_type == b.event_type && a.summary == b.summary &&
         a.original_type == b.original_type && a.algorithm == b.algorithm &&
         a.associated_data == b.associated_data && a.nonce == b.nonce && a.plaintext == b.plaintext;
}

// A failure says what is wrong in a text for a person, never a key.
void check_reason(const std::string& why) {
  CHECK(!why.empty() && why.size() < 1024);
  CHECK(why.find(published().apiv3_key) == std::string::npos);
}

void check_opened(const Notification& opened, const std::string& key) {
  const auto sealed = apiv3::seal_notification(opened, key);
  CHECK(sealed);
  const auto again = apiv3::open_notification(*sealed, key);
  CHECK(again && equal(*again, opened));
  CHECK(again->ciphertext == opened.ciphertext);
  check_json(*sealed, &apiv3::to_ordered_json);
}

void open(Input& input) {
  const std::string& key = published().apiv3_key;
  const std::string body(input.rest());
  const auto read = apiv3::read_notification(body);
  const auto opened = apiv3::open_notification(body, key);
  CHECK(read || !opened);
  if (opened) return check_opened(*opened, key);
  check_reason(opened.error().what);
}

// The four that are looked at first are the published ones, so that a signature may still be good.
void headers(Input& input) {
  Pairs pairs;
  bool holds_all = true;
  while (!input.rest().empty()) {
    std::string_view line = input.line();
    const auto colon = std::min(line.find(':'), line.size());
    pairs.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  for (const auto& [name, value] : published().headers) {
    const auto first = std::ranges::find_if(
        pairs, [&](const auto& pair) { return equal_ignoring_case(pair.first, name); });
    holds_all = holds_all && first != pairs.end() && first->second == value;
  }
  const auto opened = published().handler->parse(pairs, published().body);
  if (opened) {
    CHECK(holds_all && opened->plaintext == published().plaintext);
    return;
  }
  CHECK(!opened.error().empty());
}

void mutate(Input& input) {
  Pairs pairs = published().headers;
  std::string body = published().body;
  std::array<std::string*, 5> texts = {&body, &pairs[0].second, &pairs[1].second, &pairs[2].second,
                                       &pairs[3].second};
  while (!input.rest().empty()) {
    std::string& text = *texts[input.byte() % texts.size()];
    const std::size_t at = std::size_t(input.byte()) * 256 + input.byte();
    const std::uint8_t what = input.byte();
    switch (input.byte() % 4) {
      case 0:
        if (!text.empty()) text[at % text.size()] ^= char(what);
        break;
      case 1:
        text.insert(at % (text.size() + 1), 1, char(what));
        break;
      case 2:
        if (!text.empty()) text.erase(at % text.size(), 1 + what % 8U);
        break;
      default:
        text.resize(at % (text.size() + 1));
    }
  }
  const bool changed = body != published().body || pairs != published().headers;
  const auto opened = published().handler->parse(pairs, body);
  CHECK(bool(opened) != changed);
  if (!opened) CHECK(!opened.error().empty());
}

void seal(Input& input) {
  Notification notification;
  const std::string key(input.line());
  for (std::string* text :
       {&notification.id, &notification.create_time, &notification.resource_type,
        &notification.event_type, &notification.summary, &notification.original_type,
        &notification.associated_data, &notification.nonce}) {
    *text = input.line();
  }
  notification.algorithm = "AEAD_AES_256_GCM";
  notification.plaintext = input.rest();
  const auto sealed = apiv3::seal_notification(notification, key);
  const bool right_sizes =
      (key.size() == 32 || key.size() == 16) && notification.nonce.size() == 12;
  CHECK(sealed.has_value() == right_sizes);
  if (!sealed) return;
  check_json(*sealed, &apiv3::to_ordered_json);
  const auto opened = apiv3::open_notification(*sealed, key);
  // Texts that are no UTF-8, or hold characters of four bytes, do not come through as they are.
  if (opened) {
    check_opened(*opened, key);
    CHECK(opened->plaintext == notification.plaintext);
  }
  CHECK(!apiv3::open_notification(*sealed, std::string(32, 'x')) || key == std::string(32, 'x'));
}

}  // namespace
}  // namespace favorhook::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace favorhook;
  fuzz::Input input(data, size);
  switch (input.byte()) {
    case 'o':
      fuzz::open(input);
      return 0;
    case 'h':
      fuzz::headers(input);
      return 0;
    case 'm':
      fuzz::mutate(input);
      return 0;
    case 's':
      fuzz::seal(input);
      return 0;
    default:
      return -1;
  }
}
