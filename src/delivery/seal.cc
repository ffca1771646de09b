#include "delivery/seal.h"

#include <algorithm>
#include <utility>

#include "apiv3/notification.h"
#include "apiv3/signing_string.h"
#include "base/ids.h"
#include "base/time_text.h"
#include "coupon/event_kinds.h"

namespace favorhook::delivery {
namespace {

constexpr std::size_t kResourceNonceLength = 12;  // protocol §2.2
constexpr std::size_t kHeaders = 7;               // protocol §2.1

apiv3::Notification envelope_of(const coupon::Event& event, const coupon::EventKind& kind,
                                Random& random) {
  return {.id = event.id,
          .create_time = to_rfc3339(event.create_time),
          .resource_type = "encrypt-resource",
          .event_type = std::string(kind.event_type),
          .summary = std::string(kind.summary),
          .original_type = std::string(kind.original_type),
          .algorithm = "AEAD_AES_256_GCM",
          .associated_data = std::string(kind.associated_data),
          .nonce = random.text(kResourceNonceLength, kAlphanumeric),
          .ciphertext = {},
          .plaintext = event.plaintext};
}

}  // namespace

Result<SealedPost> seal_event(const coupon::Event& event, const std::string& wechatpay_nonce,
                              const coupon::Merchant& merchant, const coupon::PlatformKey& key,
                              crypto::Signer& signer, WallTime now, Random& random) {
  if (merchant.apiv3_key.empty()) return fail("merchant {} has no APIv3 key", merchant.mchid);
  const coupon::EventKind* const kind = coupon::find_event_kind(event.event_type);
  if (kind == nullptr) return fail("there is no kind of event {}", event.event_type);
  auto body = apiv3::seal_notification(envelope_of(event, *kind, random), merchant.apiv3_key);
  if (!body) return fail(std::move(body.error()));

  const std::string timestamp = std::to_string(unix_seconds(now));
  std::string signature =
      signer.sign(apiv3::answer_signing_string(timestamp, wechatpay_nonce, *body));
  SealedPost post;
  post.headers.reserve(kHeaders);
  post.headers.push_back({"Content-Type", "application/json"});
  post.headers.push_back({"Request-ID", request_id(now, random)});
  apiv3::append_signature_headers(post.headers, {.timestamp = timestamp,
                                                 .nonce = wechatpay_nonce,
                                                 .signature = std::move(signature),
                                                 .serial = key.serial});
  // Notifications carry their headers in the order of the alphabet (protocol §2.1).
  std::ranges::sort(post.headers, {}, &Header::name);
  post.body = std::move(*body);
  post.serial = key.serial;
  return post;
}

}  // namespace favorhook::delivery
