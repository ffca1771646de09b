#include "store/sqlite/state_tables.h"

#include <algorithm>
#include <utility>

namespace favorhook::store::sqlite {
namespace {

template <class Row>
std::string select(std::string_view where) {
  return select_sql(table_of<Row>(), where);
}

// A key is one value or a pair of them.
template <class Row, class Key>
Result<std::optional<Row>> find(Statement& by_key, const Key& key) {
  return by_key.one<Row>(key);
}
template <class Row, class A, class B>
Result<std::optional<Row>> find(Statement& by_key, const std::pair<A, B>& key) {
  return by_key.one<Row>(key.first, key.second);
}

template <class Key, class Row>
Result<void> fill(coupon::Table<Key, Row>& table, Statement& by_key) {
  for (auto& [key, slot] : table.slots()) {
    if (slot.loaded) continue;
    Result<std::optional<Row>> row = find<Row>(by_key, key);
    if (!row) return fail(std::move(row.error()));
    slot.row = std::move(*row);
    slot.loaded = true;
  }
  return {};
}

template <class Key, class Row>
Result<void> write_changed(const coupon::Table<Key, Row>& table, RowWriter<Row>& writer) {
  for (const auto& [key, slot] : table.slots()) {
    if (!slot.changed) continue;
    if (Result<void> done = writer.write(*slot.row, slot.is_new); !done) return done;
  }
  return {};
}

template <class Key, class Row>
bool unloaded(const coupon::Table<Key, Row>& table) {
  return std::ranges::any_of(table.slots(), [](const auto& slot) { return !slot.second.loaded; });
}

}  // namespace

StateTables::StateTables(Connection& c)
    : callback_(c, select<coupon::Callback>("WHERE mchid=?1")),
      stock_(c, select<coupon::Stock>("WHERE stock_id=?1")),
      stock_by_request_(c, select<coupon::Stock>("WHERE creator_mchid=?1 AND out_request_no=?2")),
      stock_count_(c, select<coupon::StockCount>("WHERE stock_id=?1")),
      coupon_by_request_(c, select<coupon::Coupon>("WHERE send_merchant=?1 AND out_request_no=?2")),
      coupon_by_code_(c, select<coupon::Coupon>("WHERE stock_id=?1 AND coupon_code=?2")),
      user_count_(c, select<coupon::UserCount>("WHERE stock_id=?1 AND person=?2")),
      user_(c, select<coupon::User>("WHERE appid=?1 AND openid=?2")),
      user_by_person_(c, select<coupon::User>("WHERE appid=?1 AND person=?2")),
      union_(c, select<coupon::Union>("WHERE unionid_group=?1 AND person=?2")),
      sequence_(c, select<coupon::Sequence>("WHERE name=?1")),
      event_(c, select<coupon::Event>("WHERE seq=?1")),
      callbacks_(c),
      stocks_(c),
      stock_counts_(c),
      coupons_(c),
      user_counts_(c),
      users_(c),
      unions_(c),
      sequences_(c),
      events_(c) {}

Result<void> StateTables::load(coupon::State& state) {
  Result<void> done = fill(state.callbacks, callback_);
  if (done) done = fill(state.stocks, stock_);
  if (done) done = fill(state.stocks_by_request, stock_by_request_);
  if (done) done = fill(state.stock_counts, stock_count_);
  if (done) done = fill(state.coupons_by_request, coupon_by_request_);
  if (done) done = fill(state.coupons_by_code, coupon_by_code_);
  if (done) done = fill(state.user_counts, user_count_);
  if (done) done = fill(state.users, user_);
  if (done) done = fill(state.users_by_person, user_by_person_);
  if (done) done = fill(state.unions, union_);
  if (done) done = fill(state.sequences, sequence_);
  if (done) done = fill(state.events, event_);
  return done;
}

Result<void> StateTables::write(const coupon::State& state) {
  Result<void> done = write_changed(state.callbacks, callbacks_);
  if (done) done = write_changed(state.stocks, stocks_);
  if (done) done = write_changed(state.stock_counts, stock_counts_);
  if (done) done = write_coupons(state);
  if (done) done = write_changed(state.user_counts, user_counts_);
  if (done) done = write_changed(state.users, users_);
  if (done) done = write_changed(state.unions, unions_);
  if (done) done = write_changed(state.sequences, sequences_);
  if (done) done = write_changed(state.events, events_);
  return done;
}

// Their slots are in the order of request numbers, which merchants choose; by id the table and the
// codes' index grow at their ends.
Result<void> StateTables::write_coupons(const coupon::State& state) {
  std::vector<const coupon::Table<coupon::State::Pair, coupon::Coupon>::Slot*> changed;
  for (const auto& [key, slot] : state.coupons_by_request.slots()) {
    if (slot.changed) changed.push_back(&slot);
  }
  std::ranges::sort(changed, {}, [](const auto* slot) { return slot->row->id; });
  for (const auto* slot : changed) {
    if (Result<void> done = coupons_.write(*slot->row, slot->is_new); !done) return done;
  }
  return {};
}

bool anything_to_load(const coupon::State& state) {
  return unloaded(state.callbacks) || unloaded(state.stocks) || unloaded(state.stocks_by_request) ||
         unloaded(state.stock_counts) || unloaded(state.coupons_by_request) ||
         unloaded(state.coupons_by_code) || unloaded(state.user_counts) || unloaded(state.users) ||
         unloaded(state.users_by_person) || unloaded(state.unions) || unloaded(state.sequences) ||
         unloaded(state.events);
}

}  // namespace favorhook::store::sqlite
