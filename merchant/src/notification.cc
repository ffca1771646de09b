#include "favorhook/notification.h"

#include "apiv3/notification.h"
#include "convert.h"

namespace favorhook::merchant {

struct NotificationHandler::Inside {
  PlatformKeys keys;
  std::string apiv3_key;
  NotificationOptions options;
};

NotificationHandler::NotificationHandler(PlatformKeys keys, std::string apiv3_key,
                                         NotificationOptions options)
    : inside_(std::make_unique<Inside>(Inside{std::move(keys), std::move(apiv3_key), options})) {}
NotificationHandler::~NotificationHandler() = default;
NotificationHandler::NotificationHandler(NotificationHandler&&) noexcept = default;
NotificationHandler& NotificationHandler::operator=(NotificationHandler&&) noexcept = default;

Outcome<Notification> NotificationHandler::parse(
    const std::vector<std::pair<std::string, std::string>>& pairs,
    const std::string& raw_body) const {
  const Headers headers = to_headers(pairs);
  const long skew = inside_->options.timestamp_skew_s;
  // The signature comes first: nothing of a body that nobody vouches for is looked at.
  if (std::string why = signature_fault(inside_->keys, headers, raw_body, skew); !why.empty()) {
    return Outcome<Notification>::failure(std::move(why));
  }
  const auto opened = apiv3::open_notification(raw_body, inside_->apiv3_key);
  if (!opened) return Outcome<Notification>::failure(opened.error().what);

  Notification notification;
  notification.id = opened->id;
  notification.create_time = opened->create_time;
  notification.event_type = opened->event_type;
  notification.resource_type = opened->resource_type;
  notification.summary = opened->summary;
  notification.original_type = opened->original_type;
  notification.associated_data = opened->associated_data;
  notification.plaintext = opened->plaintext;
  notification.wechatpay_nonce = find_header(headers, "Wechatpay-Nonce").value_or("");
  notification.wechatpay_serial = find_header(headers, "Wechatpay-Serial").value_or("");
  return notification;
}

}  // namespace favorhook::merchant
