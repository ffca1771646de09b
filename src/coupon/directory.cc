#include "coupon/directory.h"

#include <utility>

namespace favorhook::coupon {
Directory::Directory(std::vector<Merchant> merchants, std::vector<PlatformKey> platform_keys,
                     std::map<std::string, std::string, std::less<>> appid_groups)
    : platform_keys_(std::move(platform_keys)), appid_groups_(std::move(appid_groups)) {
  for (Merchant& merchant : merchants) {
    auto shared = std::make_shared<const Merchant>(std::move(merchant));
    merchants_.emplace(shared->mchid, shared);
  }
}

const Merchant* Directory::find(std::string_view mchid) const {
  const auto found = merchants_.find(mchid);
  return found == merchants_.end() ? nullptr : found->second.get();
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
  const auto found = appid_groups_.find(appid);
  return found == appid_groups_.end() ? std::string_view() : found->second;
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
