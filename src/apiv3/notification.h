// The notification envelope (protocol §2.2) and the headers that carry it: written by delivery/,
// read by merchant/.
//
//   std::string body = *seal_notification(event, apiv3_key, nonce12);
//   Result<Notification> notification = open_notification(body, apiv3_key);
//
// Pure functions. Member order on the wire is that of the struct. Errors: a key that is not 32 (or
// 16) bytes, a body that is no envelope, a resource that does not open; reasons name the member,
// never a key.
#pragma once

#include <string>
#include <string_view>

#include "base/http_message.h"
#include "base/result.h"

namespace favorhook::apiv3 {

struct Notification {
  std::string id;             // the same in every attempt
  std::string create_time;    // RFC 3339, seconds
  std::string resource_type;  // encrypt-resource
  std::string event_type;     // COUPON.SEND
  std::string summary;        // 商家券领券通知
  std::string original_type;  // coupon
  std::string algorithm;      // AEAD_AES_256_GCM
  std::string associated_data;
  std::string nonce;       // 12 characters
  std::string ciphertext;  // base64, when read
  std::string plaintext;   // compact JSON
};

// The envelope as compact JSON in wire order; `notification.plaintext` sealed with the key and
// `notification.nonce`.
Result<std::string> seal_notification(const Notification& notification, std::string_view apiv3_key);
// Only the envelope; plaintext stays empty.
Result<Notification> read_notification(std::string_view body);
// The envelope and its opened plaintext.
Result<Notification> open_notification(std::string_view body, std::string_view apiv3_key);

// The five headers of an answer or notification; also what a verifier needs.
struct SignatureHeaders {
  std::string timestamp;
  std::string nonce;
  std::string signature;
  std::string serial;
};
// Wechatpay-Timestamp, -Nonce, -Signature, -Serial and -Signature-Type.
void append_signature_headers(Headers& headers, SignatureHeaders values);
// Fails with the name of the header that is missing.
Result<SignatureHeaders> read_signature_headers(const Headers& headers);

}  // namespace favorhook::apiv3
