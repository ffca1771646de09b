// Rows that only delivery and administration know, with what describes them (base/row.h); the
// business's are in coupon/rows.h.
#pragma once

#include <optional>
#include <string>

#include "base/clocks.h"
#include "base/row.h"
#include "base/transport.h"
#include "coupon/rows.h"
#include "store/verdict.h"

namespace favorhook::store {

// One POST of one event. Written twice: as an intent before its first byte leaves, and with its
// result. An attempt whose result never came has no verdict until a restart marks it unknown.
struct Attempt {
  std::int64_t event_seq = 0;
  std::uint32_t number = 0;  // 1, 2, … within the event
  std::string nonce;         // its Wechatpay-Nonce: the name on the wire and in the ledger
  std::string url;
  BusinessTime started;
  // Result:
  Verdict verdict = Verdict::none;
  std::string serial;  // platform key that signed it
  int status = 0;
  std::string answer_head;
  std::string detail;
  std::string peer;
  PostPhases phases;
  bool counted = true;  // took a step on the ladder
  bool connection_reused = false;
  std::optional<BusinessTime> finished;
  std::optional<BusinessTime> next_due;

  static constexpr const char* kTable = "attempts";
  static constexpr const char* kView = "attempts_now";
  using Key = KeyOf<&Attempt::event_seq, &Attempt::number>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("event_seq", row.event_seq);
    io("number", row.number);
    io("nonce", row.nonce);
    io("url", row.url);
    io("started", row.started);
    io("verdict", row.verdict);
    io("serial", row.serial);
    io("status", row.status);
    io.blob("answer_head", row.answer_head);  // whatever bytes the receiver sent
    io("detail", row.detail);
    io("peer", row.peer);
    io("dns_us", row.phases.dns);
    io("connect_us", row.phases.connect);
    io("tls_us", row.phases.tls);
    io("first_byte_us", row.phases.first_byte);
    io("total_us", row.phases.total);
    io("counted", row.counted);
    io("connection_reused", row.connection_reused);
    io("finished", row.finished);
    io("next_due", row.next_due);
  }
};

// An attempt in flight: the part of it that is known before its first byte leaves. An event has one
// at most.
struct Flight {
  std::int64_t event_seq = 0;
  std::uint32_t number = 0;
  std::string nonce;
  std::string url;
  BusinessTime started;

  static constexpr const char* kTable = "flights";
  using Key = KeyOf<&Flight::event_seq>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("event_seq", row.event_seq);
    io("number", row.number);
    io("nonce", row.nonce);
    io("url", row.url);
    io("started", row.started);
  }
};

// Rows of the directory as they are kept. Keys and certificates are rows with validity periods.
struct MerchantRow {
  std::string mchid, name, kind, number, mode;
  bool event_push = false;
  bool api_send = false;
  int gray_percent = 0;  // 0 to 100

  static constexpr const char* kTable = "merchants";
  using Key = KeyOf<&MerchantRow::mchid>;
  using ByNumber = KeyOf<&MerchantRow::number>;
  using Indexes = TypeList<ByNumber>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("mchid", row.mchid);
    io("name", row.name);
    io("kind", row.kind);
    io("number", row.number);
    io("mode", row.mode);
    io("event_push", row.event_push);
    io("api_send", row.api_send);
    io("gray_percent", row.gray_percent);
  }
};
struct MerchantCertificateRow {
  std::string mchid, serial_no, pem;
  WallTime not_before, not_after;
  bool revoked = false;

  static constexpr const char* kTable = "merchant_certificates";
  static constexpr const char* kOrder = "mchid, not_before, serial_no";
  using Key = KeyOf<&MerchantCertificateRow::mchid, &MerchantCertificateRow::serial_no>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("mchid", row.mchid);
    io("serial_no", row.serial_no);
    io("pem", row.pem);
    io("not_before", row.not_before);
    io("not_after", row.not_after);
    io("revoked", row.revoked);
  }
};
struct Apiv3KeyRow {  // the newest row of a merchant is in force; an empty key: none
  std::string mchid, key;
  WallTime valid_from;

  static constexpr const char* kTable = "apiv3_keys";
  static constexpr const char* kOrder = "id";
  static constexpr bool kAppended = true;  // the last of a merchant is in force
  using Key = KeyOf<&Apiv3KeyRow::mchid, &Apiv3KeyRow::valid_from>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("mchid", row.mchid);
    io("valid_from", row.valid_from);
    io.sealed("sealed_key", row.key);
  }
};
struct RelationRow {
  std::string parent, child;

  static constexpr const char* kTable = "relations";
  using Key = KeyOf<&RelationRow::parent, &RelationRow::child>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("parent", row.parent);
    io("child", row.child);
  }
};
struct MerchantAppRow {
  std::string mchid, appid;

  static constexpr const char* kTable = "merchant_apps";
  using Key = KeyOf<&MerchantAppRow::mchid, &MerchantAppRow::appid>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("mchid", row.mchid);
    io("appid", row.appid);
  }
};
struct AppRow {
  std::string appid, unionid_group;

  static constexpr const char* kTable = "apps";
  using Key = KeyOf<&AppRow::appid>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("appid", row.appid);
    io("unionid_group", row.unionid_group);
  }
};
struct PlatformKeyRow {
  std::string serial, mode, certificate_pem, key_pem;
  WallTime not_before, not_after;

  static constexpr const char* kTable = "platform_keys";
  static constexpr const char* kOrder = "not_before, serial";
  using Key = KeyOf<&PlatformKeyRow::serial>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("serial", row.serial);
    io("mode", row.mode);
    io("certificate_pem", row.certificate_pem);
    io.sealed("sealed_key", row.key_pem);
    io("not_before", row.not_before);
    io("not_after", row.not_after);
  }
};
struct SecretRow {  // private keys of the server's own, by name: its CA's, its TLS identity's
  std::string name, value;

  static constexpr const char* kTable = "secrets";
  using Key = KeyOf<&SecretRow::name>;
  template <class Io, class Row>
  static void columns(Io& io, Row& row) {
    io("name", row.name);
    io.sealed("sealed_value", row.value);
  }
};

// Every row of the directory, in the order in which a batch writes them.
using DirectoryRowTypes = TypeList<MerchantRow, MerchantCertificateRow, Apiv3KeyRow, RelationRow,
                                   MerchantAppRow, AppRow, PlatformKeyRow, SecretRow>;

}  // namespace favorhook::store
