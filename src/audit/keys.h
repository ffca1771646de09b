// Which of many keys come twice, and which of one list are missing in another: in a few bytes a
// key.
//
//   Keys codes;
//   codes.add({stock_id, coupon_code}, coupon.id);
//   codes.sort();
//   codes.each_twice([](std::int64_t number, std::int64_t again) { … });
//
// A key is kept as half of its SHA-256, so two different ones do not meet; `number` names the row
// for a person. One thread. Limits: 24 bytes a key.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace favorhook::audit {

using Digest = std::array<std::uint8_t, 16>;

// Of the parts in their order; where one ends is part of it.
Digest digest_of(std::initializer_list<std::string_view> parts);

class Keys {
 public:
  struct Key {
    Digest digest;
    std::int64_t number;
    auto operator<=>(const Key&) const = default;
  };

  void add(std::initializer_list<std::string_view> parts, std::int64_t number) {
    keys_.push_back({digest_of(parts), number});
  }
  void sort() { std::ranges::sort(keys_); }

  // After sort(): visit(number, the number of the same key before it).
  template <class Visit>
  void each_twice(Visit visit) const {
    for (std::size_t i = 1; i < keys_.size(); ++i) {
      if (keys_[i].digest == keys_[i - 1].digest) visit(keys_[i].number, keys_[i - 1].number);
    }
  }
  // After sort() of both: visit(number) for each key that `others` does not have.
  template <class Visit>
  void each_missing_in(const Keys& others, Visit visit) const {
    auto other = others.keys_.begin();
    for (const Key& key : keys_) {
      while (other != others.keys_.end() && other->digest < key.digest) ++other;
      if (other == others.keys_.end() || other->digest != key.digest) visit(key.number);
    }
  }

 private:
  std::vector<Key> keys_;
};

}  // namespace favorhook::audit
