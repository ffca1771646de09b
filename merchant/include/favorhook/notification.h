// Notifications as a merchant receives them: verified, decrypted, told apart.
//
//   NotificationHandler handler(keys, apiv3_key);
//   Outcome<Notification> notification = handler.parse(headers, raw_body);
//   answer 200 where it is good, 4xx or 5xx with {"code":"FAIL","message":"…"} where not
//
// The body must be the bytes as received: a body that was parsed and serialised again does not
// verify. Signatures that begin with WECHATPAY/SIGNTEST/ are probes of the platform and fail like
// any wrong one, as they must. Thread safety: const calls from any thread. Errors: which check
// failed, in words; never key material.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "favorhook/outcome.h"
#include "favorhook/platform_keys.h"

namespace favorhook::merchant {

struct Notification {
  std::string id;  // the same in every attempt: the key to tell repetitions by
  std::string create_time;
  std::string event_type;
  std::string resource_type;
  std::string summary;
  std::string original_type;
  std::string associated_data;
  std::string plaintext;  // the decrypted resource, JSON
  std::string wechatpay_nonce;
  std::string wechatpay_serial;
};

struct NotificationOptions {
  long timestamp_skew_s = 300;  // older or newer notifications are refused; 0: not checked
};

class NotificationHandler {
 public:
  NotificationHandler(PlatformKeys keys, std::string apiv3_key, NotificationOptions options = {});
  ~NotificationHandler();
  NotificationHandler(NotificationHandler&&) noexcept;
  NotificationHandler& operator=(NotificationHandler&&) noexcept;

  Outcome<Notification> parse(const std::vector<std::pair<std::string, std::string>>& headers,
                              const std::string& raw_body) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace favorhook::merchant
