// A merchant's receiver of notifications, on TLS: verifies, decrypts, answers, and tells of every
// POST.
//
//   auto receiver = Receiver::start({.port = 9000, .identity = identity, .on_post = print},
//                                   merchant::NotificationHandler(keys, apiv3_key));
//   … receiver->port() …
//
// A good notification is answered 200, another one 401 with {"code":"FAIL","message":…}, unless the
// options say otherwise. Thread safety: start and stop on one thread; the callbacks run on the
// receiver's own thread, one at a time. Ownership: the destructor stops it and lets answers in work
// go out. Limits: limits::kNotificationBytesMax.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clocks.h"
#include "base/http_message.h"
#include "base/result.h"
#include "favorhook/notification.h"

namespace favorhook::cli {

// A certificate chain, leaf first, and its key.
struct TlsIdentity {
  std::string chain_pem;
  std::string key_pem;
};

// One POST, as it came and as it was judged.
struct ReceivedPost {
  WallTime received;
  std::string target;
  Headers headers;
  std::string body;
  std::string id;                     // the notification's, also where it does not verify
  std::size_t ciphertext_length = 0;  // characters of base64
  std::string fault;                  // empty: verified and opened
  std::optional<merchant::Notification> notification;  // where it is
  HttpAnswer answer;
};

struct ReceiverOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  TlsIdentity identity;
  std::optional<int> answer_status;  // whatever the notification is
  Millis delay{0};                   // before the answer goes out
  std::string forward_to;            // a plain http URL whose program answers; empty: none
  // The answer to a good notification; default 200 with no body.
  std::function<HttpAnswer(const ReceivedPost&)> answer_good;
  // Told before the answer goes out.
  std::function<void(const ReceivedPost&)> on_post;
  std::function<void()> on_answered;  // once the answer was handed to the connection
};

class Receiver {
 public:
  virtual ~Receiver() = default;
  static Result<std::unique_ptr<Receiver>> start(ReceiverOptions options,
                                                 merchant::NotificationHandler handler);
  virtual std::uint16_t port() const = 0;
};

}  // namespace favorhook::cli
