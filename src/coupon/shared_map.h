// A map by text whose copies share what they have in common: copying one and changing an entry
// costs the same with ten entries and with ten thousand.
//
//   SharedMap<int> next = current;      // kShards pointers
//   next.put("1900000001", 7);          // copies one shard, kShards-th of the entries
//
// Thread safety: as a value; copies may be read and changed on different threads. Ownership:
// entries live as long as a copy that has them.
#pragma once

#include <array>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace favorhook::coupon {

template <class Value>
class SharedMap {
 public:
  // Null: there is none.
  const Value* find(std::string_view key) const {
    const auto& shard = shards_[place_of(key)];
    if (!shard) return nullptr;
    const auto found = shard->find(key);
    return found == shard->end() ? nullptr : &found->second;
  }

  void put(std::string_view key, Value value) {
    std::shared_ptr<Shard>& shard = shards_[place_of(key)];
    // Nobody else can come by a shard that only this map has.
    if (!shard || shard.use_count() > 1) {
      shard = shard ? std::make_shared<Shard>(*shard) : std::make_shared<Shard>();
    }
    if (shard->insert_or_assign(std::string(key), std::move(value)).second) ++size_;
  }

  std::size_t size() const { return size_; }
  // visit(key, value) for each whose key is behind `after`, in the order of keys, until it gives
  // false. Costs the same for the first few, however many there are.
  template <class Visit>
  void each_after(std::string_view after, Visit visit) const {
    using Place = std::pair<typename Shard::const_iterator, typename Shard::const_iterator>;
    const auto later = [](const Place& a, const Place& b) {
      return b.first->first < a.first->first;
    };
    std::priority_queue<Place, std::vector<Place>, decltype(later)> next(later);
    const auto add = [&](Place place) {
      if (place.first != place.second) next.push(place);
    };
    for (const auto& shard : shards_) {
      if (shard) add({shard->upper_bound(after), shard->end()});
    }
    while (!next.empty()) {
      const auto [at, end] = next.top();
      next.pop();
      if (!visit(at->first, at->second)) return;
      add({std::next(at), end});
    }
  }

 private:
  static constexpr std::size_t kShards = 256;
  using Shard = std::map<std::string, Value, std::less<>>;

  static std::size_t place_of(std::string_view key) {
    return std::hash<std::string_view>{}(key) % kShards;
  }

  std::array<std::shared_ptr<Shard>, kShards> shards_;
  std::size_t size_ = 0;
};

}  // namespace favorhook::coupon
