// Who is who in the simulation: merchants with keys and certificates, the platform's keys, how a
// merchant signs its requests, and how it checks what it gets, with the keys that are in force at
// that moment as far as anybody outside of the node can know (belief.h).
//
//   Platform platform(workload, history, clocks);
//   HttpRequest request = platform.signed_request(mchid, "POST", target, body, now);
//   platform.open(post_order, seen);
//
// One thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/http_message.h"
#include "base/transport.h"
#include "coupon/directory.h"
#include "coupon/url_policy.h"
#include "crypto/sign.h"
#include "sim/history.h"
#include "sim/virtual_time.h"
#include "sim/workload.h"
#include "store/store.h"

namespace favorhook::sim {

std::string mchid_of(std::size_t merchant);  // of the workload's list
inline constexpr const char* kAppid = "wx00000000000000a1";
// What share of its notifications a merchant in certificate mode has signed by the public key's
// pair.
inline constexpr std::array kGrayPercents = {0, 40, 100};
// The host that the egress policy refuses.
inline constexpr const char* kRefusedUrl = "https://refused.sim/notify";

class SimUrlPolicy final : public coupon::UrlPolicy {
 public:
  std::optional<std::string> text_fault(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> host_refused(std::string_view url) const override;
};

// A signing key that the operator has made, in the order made.
struct PlatformKeyPlan {
  std::string serial;
  coupon::SigningMode mode;
  WallTime not_before;
  std::size_t pair;  // of keys()
};

class Platform {
 public:
  Platform(History& history, const SimClocks& clocks);

  // The rows that a first start makes; for good once a start has succeeded.
  store::Batch first_keys();
  void started();
  // A key that is valid from now on; nothing where there are no more.
  std::optional<PlatformKeyPlan> make_key(coupon::SigningMode mode);
  static store::PlatformKeyRow row_of(const PlatformKeyPlan& plan);
  static store::Batch merchant_rows(const std::string& mchid, Setup setup, WallTime now);

  HttpRequest signed_request(const std::string& mchid, std::string method, std::string target,
                             std::string body, WallTime now);
  // What is wrong with the signature of an answer to what was asked then; empty: nothing. Any key
  // will do that was in force since.
  std::string answer_fault(const HttpAnswer& answer, Millis asked) const;
  // What a merchant does with a POST: verify, open, read the coupon's code; or say what is wrong.
  void open(const PostOrder& order, SeenPost& seen) const;

 private:
  const PlatformKeyPlan* find(std::string_view serial) const;
  bool in_force(const PlatformKeyPlan& key, coupon::SigningMode mode, Millis since) const;
  bool in_force_for(const PlatformKeyPlan& key, const std::string& mchid) const;

  History& history_;
  const SimClocks& clocks_;
  std::vector<PlatformKeyPlan> keys_;
  crypto::RsaSigner merchants_signer_;
};

std::string apiv3_key_of(const std::string& mchid, std::uint32_t version);

}  // namespace favorhook::sim
