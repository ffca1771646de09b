// The rows that a batch of commands works on: what it wants, what was found, what it changed.
//
//   state.stocks.want(stock_id);                         // collect the keys
//   store.load(state);                                   // what is wanted and not loaded yet
//   const Stock* stock = state.stocks.find(stock_id);    // null: there is no such row
//   state.stocks.put(stock_id, changed);                 // later commands see it
//
// One State is the collected keys, the overlay and the write set in one. Thread safety: one thread.
// Errors: finding a key that was never wanted is a bug and CHECKs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/check.h"
#include "coupon/rows.h"

namespace favorhook::coupon {

template <class Key, class Row>
class Table {
 public:
  struct Slot {
    std::optional<Row> row;
    bool loaded = false;
    bool changed = false;
    bool is_new = false;  // there was no row in the store
  };

  // True where the row has yet to be loaded, also where another command of the batch asked for it
  // first.
  bool want(Key key) { return !slots_.try_emplace(std::move(key)).first->second.loaded; }

  const Row* find(const Key& key) const {
    const auto slot = slots_.find(key);
    CHECK(slot != slots_.end() && slot->second.loaded);
    return slot->second.row ? &*slot->second.row : nullptr;
  }
  // The row where it is loaded and there is one, else null: for learning which further keys to
  // want.
  const Row* peek(const Key& key) const {
    const auto slot = slots_.find(key);
    return slot != slots_.end() && slot->second.row ? &*slot->second.row : nullptr;
  }
  bool has(const Key& key) const {
    const auto slot = slots_.find(key);
    return slot != slots_.end() && slot->second.loaded;
  }
  // A key that was not wanted is taken for a new row.
  void put(const Key& key, Row row) {
    Slot& slot = slots_[key];
    slot.is_new = slot.is_new || !slot.row.has_value();
    slot.row = std::move(row);
    slot.loaded = slot.changed = true;
  }

  // A row that is loaded and there, to be changed in place.
  Row& change(const Key& key) {
    const auto slot = slots_.find(key);
    CHECK(slot != slots_.end() && slot->second.loaded && slot->second.row);
    slot->second.changed = true;
    return *slot->second.row;
  }

  // For the store: all slots in key order.
  std::map<Key, Slot>& slots() { return slots_; }
  const std::map<Key, Slot>& slots() const { return slots_; }

 private:
  std::map<Key, Slot> slots_;
};

struct State {
  using Pair = std::pair<std::string, std::string>;
  using PersonIn = std::pair<std::string, std::int64_t>;

  Table<std::string, Callback> callbacks;  // mchid
  Table<std::string, Stock> stocks;        // stock_id
  // creator_mchid, out_request_no; found rows only, put both.
  Table<Pair, Stock> stocks_by_request;
  Table<std::string, StockCount> stock_counts;  // stock_id
  // send_merchant, out_request_no; the table that coupons are put in.
  Table<Pair, Coupon> coupons_by_request;
  Table<Pair, Coupon> coupons_by_code;     // stock_id, coupon_code; lookup, put both
  Table<PersonIn, UserCount> user_counts;  // stock_id, person
  Table<Pair, User> users;                 // appid, openid; the table that users are put in
  Table<PersonIn, User> users_by_person;   // appid, person; lookup, put both
  Table<PersonIn, Union> unions;           // group, person
  Table<std::string, Sequence> sequences;  // name
  Table<std::int64_t, Event> events;       // seq

  // The next number of a sequence that was wanted.
  std::int64_t next(const std::string& sequence);
  // True where `next` gave out the number in this batch, so that no row of the store can name it
  // yet.
  bool made_here(const std::string& sequence, std::int64_t number) const;

 private:
  std::map<std::string, std::int64_t> first_made_;  // by sequence
};

}  // namespace favorhook::coupon
