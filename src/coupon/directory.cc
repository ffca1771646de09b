#include "coupon/directory.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace favorhook::coupon {
Directory::Directory(std::vector<Merchant> merchants, std::vector<PlatformKey> platform_keys,
                     const std::map<std::string, std::string, std::less<>>& appid_groups) {
  for (Merchant& merchant : merchants) put(std::move(merchant));
  for (PlatformKey& key : platform_keys) put(std::move(key));
  for (const auto& [appid, group] : appid_groups) put_appid_group(appid, group);
}

void Directory::put(Merchant merchant) {
  const std::string mchid = merchant.mchid;
  merchants_.put(mchid, std::make_shared<const Merchant>(std::move(merchant)));
}

void Directory::put(PlatformKey key) {
  std::erase_if(platform_keys_, [&](const PlatformKey& old) { return old.serial == key.serial; });
  const auto place = std::ranges::upper_bound(
      platform_keys_, std::tie(key.not_before, key.serial), {},
      [](const PlatformKey& old) { return std::tie(old.not_before, old.serial); });
  platform_keys_.insert(place, std::move(key));
}

void Directory::put_appid_group(std::string_view appid, std::string group) {
  appid_groups_.put(appid, std::move(group));
}

const Merchant* Directory::find(std::string_view mchid) const {
  const auto* const found = merchants_.find(mchid);
  return found == nullptr ? nullptr : found->get();
}

bool Directory::related(std::string_view a, std::string_view b) const {
  return may_act_for(a, b) || may_act_for(b, a);
}

bool Directory::may_act_for(std::string_view caller, std::string_view mchid) const {
  if (caller == mchid) return true;
  const Merchant* merchant = find(caller);
  return merchant != nullptr && merchant->kind != MerchantKind::direct &&
         merchant->children.contains(mchid);
}

bool Directory::appid_bound(std::string_view appid, std::string_view mchid) const {
  const Merchant* merchant = find(mchid);
  return merchant != nullptr && merchant->appids.contains(appid);
}

std::string_view Directory::appid_group(std::string_view appid) const {
  const std::string* const found = appid_groups_.find(appid);
  return found == nullptr ? std::string_view() : *found;
}

const PlatformKey* Directory::find_platform_key(std::string_view serial) const {
  for (const PlatformKey& key : platform_keys_) {
    if (key.serial == serial) return &key;
  }
  return nullptr;
}

const PlatformKey* Directory::platform_key_for(SigningMode mode, WallTime now) const {
  const PlatformKey* newest = nullptr;
  const PlatformKey* newest_valid = nullptr;
  const auto newer = [](const PlatformKey& key, const PlatformKey* than) {
    return than == nullptr || key.not_before > than->not_before;
  };
  for (const PlatformKey& key : platform_keys_) {
    if (key.mode != mode) continue;
    if (newer(key, newest)) newest = &key;
    if (key.valid_at(now) && newer(key, newest_valid)) newest_valid = &key;
  }
  return newest_valid != nullptr ? newest_valid : newest;
}

DirectoryHolder::DirectoryHolder(std::shared_ptr<const Directory> first)
    : current_(std::move(first)) {}

std::shared_ptr<const Directory> DirectoryHolder::get() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void DirectoryHolder::publish(std::shared_ptr<const Directory> next) {
  const std::lock_guard lock(mutex_);
  current_ = std::move(next);
  generation_.fetch_add(1, std::memory_order_release);
}

// The generation is read before the snapshot: a publish in between makes the next call look again,
// never miss one.
const std::shared_ptr<const Directory>& DirectoryReader::get() {
  const std::uint64_t generation = holder_.generation();
  if (generation != generation_) {
    seen_ = holder_.get();
    generation_ = generation;
  }
  return seen_;
}

}  // namespace favorhook::coupon
