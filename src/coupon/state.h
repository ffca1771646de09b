// The rows that a batch of commands works on: what it wants, what was found, what it changed.
//
//   state.want<Stock>(stock_id);                               // collect the keys
//   state.want<Coupon::ByRequest>(caller, out_request_no);
//   store.load(state);                                         // what is wanted and not loaded yet
//   const Stock* stock = state.find<Stock>(stock_id);          // null: there is no such row
//   state.put(changed);                                        // later commands see it
//   state.change<Event>({seq}, [&](Event& event) { … });
//
// One State is the collected keys, the overlay and the write set in one. A row is found by its
// type, which stands for its key, or by one of its indexes; either way it is the same row, changed
// and written once. Thread safety: one thread. Errors: finding a key that was never wanted is a bug
// and CHECKs; so is what the store would refuse (table.h).
#pragma once

#include <string>

#include "coupon/rows.h"
#include "coupon/table.h"

namespace favorhook::coupon {

class State {
 public:
  // True where the row has yet to be loaded.
  template <class By, class... Parts>
  bool want(const Parts&... key) {
    return table<RowOf<By>>().template want<By>(std::tie(key...));
  }
  // Null: there is none. It must have been loaded, or put.
  template <class By, class... Parts>
  const RowOf<By>* find(const Parts&... key) const {
    return table<RowOf<By>>().template find<By>(std::tie(key...));
  }
  // The row where it is loaded and there is one, else null: for learning which further keys to
  // want.
  template <class By, class... Parts>
  const RowOf<By>* peek(const Parts&... key) const {
    return table<RowOf<By>>().template peek<By>(std::tie(key...));
  }
  template <class By, class... Parts>
  bool has(const Parts&... key) const {
    return table<RowOf<By>>().template has<By>(std::tie(key...));
  }
  // A row whose key was not wanted is taken for a new one.
  template <class Row>
  void put(Row row) {
    table<Row>().put(std::move(row));
  }
  // A row as the store has it, known from elsewhere: nothing where the batch holds it already.
  template <class Row>
  void hold(const Row& row) {
    table<Row>().hold(row);
  }
  // The row of that key, which is loaded and there, changed by change(Row&); its keys stay.
  template <class Row, class Change>
  void change(const typename Row::Key::Value& key, Change change) {
    table<Row>().change(key, std::move(change));
  }

  template <class Row>
  Table<Row>& table() {
    return std::get<Table<Row>>(tables_);
  }
  template <class Row>
  const Table<Row>& table() const {
    return std::get<Table<Row>>(tables_);
  }

  // Whether the row of that key is among what a commit writes.
  template <class Row, class... Parts>
  bool changed(const Parts&... key) const {
    const auto slot = table<Row>().slots().find(std::tie(key...));
    return slot != table<Row>().slots().end() && slot->second.changed;
  }
  bool changed() const;  // anything is
  bool loaded() const;   // nothing is wanted that is not loaded

  // The next number of a sequence that was wanted.
  std::int64_t next(const std::string& sequence);
  // True where `next` gave out the number in this batch, so that no row of the store can name it
  // yet.
  bool made_here(const std::string& sequence, std::int64_t number) const;

 private:
  template <class List>
  struct Tables;
  template <class... Rows>
  struct Tables<TypeList<Rows...>> {
    using Tuple = std::tuple<Table<Rows>...>;
  };
  Tables<BusinessRows>::Tuple tables_;
  std::map<std::string, std::int64_t> first_made_;  // by sequence
};

}  // namespace favorhook::coupon
