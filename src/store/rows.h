// Rows that only delivery and administration know; the business's are in coupon/rows.h.
#pragma once

#include <optional>
#include <string>

#include "base/clocks.h"
#include "base/transport.h"
#include "coupon/rows.h"

namespace favorhook::store {

// One POST of one event. Written twice: as an intent before its first byte leaves, and with its
// result. An attempt whose result never came keeps `verdict` empty until a restart marks it
// unknown.
struct Attempt {
  std::int64_t event_seq = 0;
  std::uint32_t number = 0;  // 1, 2, … within the event
  std::string nonce;         // its Wechatpay-Nonce: the name on the wire and in the ledger
  std::string url;
  BusinessTime started;
  // Result:
  std::string verdict;  // empty: intent; else delivery/verdict.h's words: acknowledged,
                        // refused_status, timed_out, unknown, …
  std::string serial;   // platform key that signed it
  int status = 0;
  std::string answer_head;
  std::string detail;
  std::string peer;
  PostPhases phases;
  bool counted = true;  // took a step on the ladder
  bool connection_reused = false;
  std::optional<BusinessTime> finished;
  std::optional<BusinessTime> next_due;
};

// Rows of the directory as they are kept. Keys and certificates are rows with validity periods.
struct MerchantRow {
  std::string mchid, name, kind, number, mode;
  bool event_push = false;
  bool api_send = false;
  int gray_percent = 0;  // 0 to 100
};
struct MerchantCertificateRow {
  std::string mchid, serial_no, pem;
  WallTime not_before, not_after;
  bool revoked = false;
};
struct Apiv3KeyRow {  // the newest row of a merchant is in force; an empty key: none
  std::string mchid, key;
  WallTime valid_from;
};
struct RelationRow {
  std::string parent, child;
};
struct MerchantAppRow {
  std::string mchid, appid;
};
struct AppRow {
  std::string appid, unionid_group;
};
struct PlatformKeyRow {
  std::string serial, mode, certificate_pem, key_pem;
  WallTime not_before, not_after;
};
struct SecretRow {  // private keys of the server's own, by name: its CA's, its TLS identity's
  std::string name, value;
};

}  // namespace favorhook::store
