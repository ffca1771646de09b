#include "apiv3/notification.h"

#include <array>
#include <utility>

#include "apiv3/authorization.h"
#include "apiv3/json.h"
#include "crypto/aead.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;

constexpr std::string_view kAlgorithm = "AEAD_AES_256_GCM";

enum class Presence { required, may_be_missing };
struct Member {
  const char* name;
  std::string Notification::* field;
  Presence presence;
};

// The order of both tables is that of the wire (protocol §2.2); `resource` stands behind the first.
// What a receiver does not need to open a notification may be missing: new members come and old
// ones go, SDKs cope.
constexpr std::array<Member, 5> kEnvelope = {{
    {"id", &Notification::id, Presence::required},
    {"create_time", &Notification::create_time, Presence::may_be_missing},
    {"resource_type", &Notification::resource_type, Presence::may_be_missing},
    {"event_type", &Notification::event_type, Presence::required},
    {"summary", &Notification::summary, Presence::may_be_missing},
}};
constexpr std::array<Member, 5> kResource = {{
    {"original_type", &Notification::original_type, Presence::may_be_missing},
    {"algorithm", &Notification::algorithm, Presence::required},
    {"ciphertext", &Notification::ciphertext, Presence::required},
    {"associated_data", &Notification::associated_data, Presence::may_be_missing},
    {"nonce", &Notification::nonce, Presence::required},
}};

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out += ',';
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
}

Result<void> read_members(const json::object& object, const std::array<Member, 5>& members,
                          std::string_view prefix, Notification& out) {
  for (const Member& member : members) {
    const json::value* const value = object.if_contains(member.name);
    if (value == nullptr && member.presence == Presence::may_be_missing) continue;
    if (value == nullptr) return fail("the notification has no {}{}", prefix, member.name);
    if (!value->is_string()) {
      return fail("the notification's {}{} is not a string", prefix, member.name);
    }
    out.*member.field = std::string_view(value->get_string());
  }
  return {};
}

}  // namespace

Result<std::string> seal_notification(const Notification& notification,
                                      std::string_view apiv3_key) {
  const auto ciphertext = crypto::aead_seal(apiv3_key, notification.nonce,
                                            notification.associated_data, notification.plaintext);
  if (!ciphertext) return fail("the notification cannot be sealed: {}", ciphertext.error().what);
  std::string out;
  out.reserve(512 + ciphertext->size());
  out += '{';
  for (const Member& member : kEnvelope) {
    append_member(out, member.name, notification.*member.field);
  }
  out += ",\"resource\":{";
  for (const Member& member : kResource) {
    const bool sealed = member.field == &Notification::ciphertext;
    append_member(out, member.name, sealed ? *ciphertext : notification.*member.field);
  }
  out += "}}";
  return out;
}

Result<Notification> read_notification(std::string_view body) {
  const auto object = parse_object(body);
  if (!object) return fail("the notification's body is not a JSON object");
  Notification out;
  if (const auto read = read_members(*object, kEnvelope, "", out); !read) return fail(read.error());
  const json::value* const resource = object->if_contains("resource");
  if (resource == nullptr || !resource->is_object()) {
    return fail("the notification has no resource object");
  }
  const auto read = read_members(resource->get_object(), kResource, "resource.", out);
  if (!read) return fail(read.error());
  return out;
}

Result<Notification> open_notification(std::string_view body, std::string_view apiv3_key) {
  auto notification = read_notification(body);
  if (!notification) return notification;
  if (notification->algorithm != kAlgorithm) {
    return fail("the notification's resource.algorithm is not {}", kAlgorithm);
  }
  auto plaintext = crypto::aead_open(apiv3_key, notification->nonce, notification->associated_data,
                                     notification->ciphertext);
  if (!plaintext) return fail("the notification does not open: {}", plaintext.error().what);
  notification->plaintext = std::move(*plaintext);
  return notification;
}

// In the order of a real answer (protocol §1.9).
void append_signature_headers(Headers& headers, SignatureHeaders values) {
  headers.push_back({"Wechatpay-Nonce", std::move(values.nonce)});
  headers.push_back({"Wechatpay-Signature", std::move(values.signature)});
  headers.push_back({"Wechatpay-Timestamp", std::move(values.timestamp)});
  headers.push_back({"Wechatpay-Serial", std::move(values.serial)});
  headers.push_back({"Wechatpay-Signature-Type", std::string(kScheme)});
}

Result<SignatureHeaders> read_signature_headers(const Headers& headers) {
  SignatureHeaders out;
  const std::array<std::pair<std::string_view, std::string*>, 4> wanted = {
      {{"Wechatpay-Nonce", &out.nonce},
       {"Wechatpay-Signature", &out.signature},
       {"Wechatpay-Timestamp", &out.timestamp},
       {"Wechatpay-Serial", &out.serial}}};
  for (const auto& [name, field] : wanted) {
    const auto value = find_header(headers, name);
    if (!value || value->empty()) return fail("the header {} is missing", name);
    *field = *value;
  }
  // Older answers carry no type; another type is a signature that cannot be checked here (protocol
  // §1.12).
  const auto type = find_header(headers, "Wechatpay-Signature-Type");
  if (type && *type != kScheme)
    return fail("the header Wechatpay-Signature-Type is not {}", kScheme);
  return out;
}

}  // namespace favorhook::apiv3
