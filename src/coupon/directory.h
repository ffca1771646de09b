// Who is who: merchants with their certificates, keys, relations and appids, and the platform's own
// keys, as one immutable snapshot that every thread may read.
//
//   const std::shared_ptr<const Directory> directory = holder.get();
//   const Merchant* merchant = directory->find("1900000001");
//
// Few change it and every request reads it, so it lives in memory. The writer publishes a new
// snapshot after the change is durable. Thread safety: a Directory never changes; DirectoryHolder
// may be used from any thread; a hot path keeps a DirectoryReader of its own, which takes the
// holder's lock only after a change.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "coupon/shared_map.h"
#include "crypto/certificates.h"

namespace favorhook::coupon {

enum class MerchantKind { direct, provider, channel };  // 直连商户, 服务商, 渠道商
constexpr auto words(MerchantKind) {
  return std::to_array<Word<MerchantKind>>({{MerchantKind::direct, "direct"},
                                            {MerchantKind::provider, "provider"},
                                            {MerchantKind::channel, "channel"}});
}
enum class SigningMode { certificate, public_key };  // 平台证书, 微信支付公钥
constexpr auto words(SigningMode) {
  return std::to_array<Word<SigningMode>>(
      {{SigningMode::certificate, "certificate"}, {SigningMode::public_key, "public-key"}});
}

struct MerchantCertificate {
  crypto::Certificate certificate;
  bool revoked = false;
};

struct Merchant {
  std::string mchid;
  std::string name;
  MerchantKind kind = MerchantKind::direct;
  std::string number;  // 6 digits, the first of its stock ids
  SigningMode mode = SigningMode::certificate;
  int gray_percent = 0;  // certificate mode: the share of notifications that the public key signs
  bool event_push = false;  // 营销事件推送
  bool api_send = false;    // may call coupons/send
  std::string apiv3_key;    // 32 characters; empty: not set
  std::vector<MerchantCertificate> certificates;
  // Merchants that this provider or channel may act for.
  std::set<std::string, std::less<>> children;
  std::set<std::string, std::less<>> appids;  // bound to it
};

// A signing key of the platform: a certificate's (serial of 40 hex digits), or the WeChat Pay
// public key's pair (PUB_KEY_ID_…), with the time it is valid in.
struct PlatformKey {
  std::string serial;
  SigningMode mode = SigningMode::certificate;
  std::string certificate_pem;  // certificate mode
  crypto::PrivateKey key;
  WallTime not_before;
  WallTime not_after;

  // Both ends are times that it is valid at.
  bool valid_at(WallTime time) const { return not_before <= time && time <= not_after; }
};

// A copy shares what it does not change with the one it was made of.
class Directory {
 public:
  Directory() = default;
  Directory(std::vector<Merchant> merchants, std::vector<PlatformKey> platform_keys,
            const std::map<std::string, std::string, std::less<>>& appid_groups);

  // Of a snapshot in the making; each replaces what has its id.
  void put(Merchant merchant);
  void put(PlatformKey key);
  void put_appid_group(std::string_view appid, std::string group);

  const Merchant* find(std::string_view mchid) const;
  // True where a and b are the same merchant, or one acts for the other.
  bool related(std::string_view a, std::string_view b) const;
  // The merchant itself, or one that `caller`, a provider or channel partner, acts for.
  bool may_act_for(std::string_view caller, std::string_view mchid) const;
  bool appid_bound(std::string_view appid, std::string_view mchid) const;
  // The Open Platform account that the appid belongs to; empty: none, so its users have no unionid.
  std::string_view appid_group(std::string_view appid) const;

  std::size_t merchant_count() const { return merchants_.size(); }
  // visit(const Merchant&) for each whose mchid is behind `after`, in their order, until it gives
  // false.
  template <class Visit>
  void each_merchant_after(std::string_view after, Visit visit) const {
    merchants_.each_after(
        after, [&](const std::string&, const auto& merchant) { return visit(*merchant); });
  }
  const std::vector<PlatformKey>& platform_keys() const { return platform_keys_; }
  const PlatformKey* find_platform_key(std::string_view serial) const;
  // The newest key of that mode valid at the time, else the newest of the mode; null where there is
  // none.
  const PlatformKey* platform_key_for(SigningMode mode, WallTime now) const;

 private:
  SharedMap<std::shared_ptr<const Merchant>> merchants_;
  std::vector<PlatformKey> platform_keys_;  // by the beginning of their validity
  SharedMap<std::string> appid_groups_;
};

class DirectoryHolder {
 public:
  explicit DirectoryHolder(std::shared_ptr<const Directory> first);
  std::shared_ptr<const Directory> get() const;
  void publish(std::shared_ptr<const Directory> next);
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Directory> current_;
  std::atomic<std::uint64_t> generation_{1};
};

// One thread's view of a holder.
class DirectoryReader {
 public:
  explicit DirectoryReader(const DirectoryHolder& holder) : holder_(holder) {}
  const std::shared_ptr<const Directory>& get();

 private:
  const DirectoryHolder& holder_;
  std::shared_ptr<const Directory> seen_;
  std::uint64_t generation_ = 0;
};

}  // namespace favorhook::coupon
