// The rows of one table that a batch works on: each held once, by its primary key, however it was
// found. State hands them out; who fills and writes one uses them as they are.
//
//   Table<Coupon> coupons;
//   coupons.want<Coupon::ByCode>(std::tie(stock_id, code));          // collect the keys
//   Result<void> done = coupons.load<Coupon::ByCode>(find);          // by the store
//   const Coupon* coupon = coupons.find<Coupon::ByCode>(std::tie(stock_id, code));
//
// `By` is a KeyOf of the row, or the row itself, which stands for its primary key; a key is a tuple
// of what compares with its members. Thread safety: one thread. Errors: what the store would refuse
// is a bug in a decision and CHECKs: finding what was never loaded, a second row with an index's
// key, changed members of a key.
#pragma once

#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "base/result.h"
#include "base/row.h"

namespace favorhook::coupon {

template <class Row>
class Table {
 public:
  using Key = typename Row::Key::Value;

  struct Slot {
    std::optional<Row> row;
    bool loaded = false;
    bool changed = false;
    bool is_new = false;  // there was no row in the store
  };
  using Slots = std::map<Key, Slot, std::less<>>;

  // True where the row has yet to be loaded, also where another command of the batch asked for it
  // first.
  template <class By>
  bool want(const auto& key) {
    return !at_or_new(entries<By>(), key).loaded;
  }
  template <class By>
  bool has(const auto& key) const {
    return place<By>(key).loaded;
  }
  // The row where it is loaded and there is one, else null: for learning which further keys to
  // want.
  template <class By>
  const Row* peek(const auto& key) const {
    return place<By>(key).row();
  }
  template <class By>
  const Row* find(const auto& key) const {
    const Place found = place<By>(key);
    CHECK(found.loaded);
    return found.row();
  }

  // A row whose key was not wanted is taken for a new one. Later commands find it by every index.
  void put(Row row) {
    Slot& slot = at_or_new(slots_, Row::Key::tie(row));
    if (slot.row) {
      CHECK(same_keys(*slot.row, row));
    } else {
      slot.is_new = true;
      each_type(IndexesOf<Row>{}, [&]<class By>() {
        Link& link = at_or_new(entries<By>(), By::tie(row));
        CHECK(!link.to && "a second row with an index's key");
        link = {true, Row::Key::of(row)};
      });
    }
    slot.row = std::move(row);
    slot.loaded = slot.changed = true;
  }

  // A row that is loaded and there, changed by change(Row&), which leaves its keys as they are; one
  // that it finds otherwise, the next look by that key CHECKs.
  template <class Change>
  void change(const auto& key, Change change) {
    const auto slot = slots_.find(key);
    CHECK(slot != slots_.end() && slot->second.loaded && slot->second.row);
    change(*slot->second.row);
    slot->second.changed = true;
  }

  // A row as the store has it. One that the batch holds already stays as the batch has it.
  void hold(const Row& row) {
    Slot& slot = at_or_new(slots_, Row::Key::tie(row));
    if (slot.loaded) return;
    slot.row = row;
    slot.loaded = true;
  }

  // Asks for each key that is wanted by it and not loaded, in their order: find(key) gives a
  // Result<std::optional<Row>>. Ends at the first error.
  template <class By, class Find>
  Result<void> load(Find find) {
    for (auto& [key, entry] : entries<By>()) {
      if (entry.loaded) continue;
      Result<std::optional<Row>> row = find(key);
      if (!row) return fail(std::move(row.error()));
      fill(entry, std::move(*row));
    }
    return {};
  }
  // Nothing is wanted that is not loaded.
  bool loaded() const {
    bool all = true;
    const auto look = [&]<class By>() {
      for (const auto& [key, entry] : entries<By>()) all = all && entry.loaded;
    };
    look.template operator()<Row>();
    each_type(IndexesOf<Row>{}, look);
    return all;
  }

  // All that is held, in the order of the primary key.
  Slots& slots() { return slots_; }
  const Slots& slots() const { return slots_; }

 private:
  // Where an index leads.
  struct Link {
    bool loaded = false;
    std::optional<Key> to;  // nothing: there is no such row
  };
  struct Place {
    bool loaded = false;
    const Slot* slot = nullptr;
    const Row* row() const { return slot != nullptr && slot->row ? &*slot->row : nullptr; }
  };

  template <class By>
  struct Links : std::map<typename By::Value, Link, std::less<>> {};
  template <class List>
  struct AllLinks;
  template <class... Indexes>
  struct AllLinks<TypeList<Indexes...>> {
    using Tuple = std::tuple<Links<Indexes>...>;
  };

  // The slots, or an index's links.
  template <class By>
  auto& entries() {
    if constexpr (std::is_same_v<FinderOf<By>, typename Row::Key>) {
      return slots_;
    } else {
      return std::get<Links<By>>(links_);
    }
  }
  template <class By>
  const auto& entries() const {
    return const_cast<Table*>(this)->template entries<By>();
  }

  template <class By>
  Place place(const auto& key) const {
    const auto& all = entries<By>();
    const auto found = all.find(key);
    if (found == all.end() || !found->second.loaded) return {};
    const Place place = place_of(found->second);
    CHECK(place.row() == nullptr || FinderOf<By>::tie(*place.row()) == key);
    return place;
  }
  Place place_of(const Slot& slot) const { return {true, &slot}; }
  Place place_of(const Link& link) const {
    return {true, link.to ? &slots_.at(*link.to) : nullptr};
  }

  void fill(Slot& slot, std::optional<Row> row) {
    slot.row = std::move(row);
    slot.loaded = true;
  }
  void fill(Link& link, std::optional<Row> row) {
    link.loaded = true;
    if (!row) return;
    link.to = Row::Key::of(*row);
    Slot& slot = slots_[*link.to];
    if (!slot.loaded) fill(slot, std::move(row));
  }

  static bool same_keys(const Row& a, const Row& b) {
    bool same = Row::Key::same(a, b);
    each_type(IndexesOf<Row>{}, [&]<class By>() { same = same && By::same(a, b); });
    return same;
  }

  template <class Map>
  static auto& at_or_new(Map& map, const auto& key) {
    auto place = map.lower_bound(key);
    if (place == map.end() || key < place->first) {
      place = map.emplace_hint(place, typename Map::key_type(key), typename Map::mapped_type());
    }
    return place->second;
  }

  Slots slots_;
  AllLinks<IndexesOf<Row>>::Tuple links_;
};

}  // namespace favorhook::coupon
