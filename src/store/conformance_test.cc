// What every Store must do with the business's tables, the ledger and the directory's rows.
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using Pair = coupon::State::Pair;
using PersonIn = coupon::State::PersonIn;

INSTANTIATE_TEST_SUITE_P(All, StoreConformance, testing::ValuesIn(all_kinds()), kind_name);

// A row of each table, every member set.
Batch full_batch() {
  Batch batch;
  coupon::State& state = batch.state;
  state.callbacks.put("1900000001", sample_callback("1900000001"));
  const coupon::Stock stock = sample_stock("1212160000000001", "stock-1");
  state.stocks.put(stock.stock_id, stock);
  state.stocks_by_request.put({stock.creator_mchid, stock.out_request_no}, stock);
  state.stock_counts.put(stock.stock_id, {stock.stock_id, 5, 18'000, 2});
  const coupon::Coupon coupon = sample_coupon(1, "coupon-1");
  state.coupons_by_request.put({coupon.send_merchant, coupon.out_request_no}, coupon);
  state.coupons_by_code.put({coupon.stock_id, coupon.coupon_code}, coupon);
  state.user_counts.put({stock.stock_id, 8}, {stock.stock_id, 8, 3});
  state.users.put({"wx0001", "oOpenid"}, {"wx0001", "oOpenid", 8});
  state.users_by_person.put({"wx0001", 8}, {"wx0001", "oOpenid", 8});
  state.unions.put({"group", 8}, {"group", 8, "oUnion"});
  state.sequences.put("coupon", {"coupon", 17});
  state.events.put(1, sample_event(1));
  return batch;
}

void want_all(coupon::State& state) {
  state.callbacks.want("1900000001");
  state.stocks.want("1212160000000001");
  state.stocks_by_request.want({"1900000001", "stock-1"});
  state.stock_counts.want("1212160000000001");
  state.coupons_by_request.want({"1900000003", "coupon-1"});
  state.coupons_by_code.want({"1212160000000001", "0000000001000000000000"});
  state.user_counts.want({"1212160000000001", 8});
  state.users.want({"wx0001", "oOpenid"});
  state.users_by_person.want({"wx0001", 8});
  state.unions.want({"group", 8});
  state.sequences.want("coupon");
  state.events.want(1);
}

template <class Key, class Row>
void expect_same(const coupon::Table<Key, Row>& found, const coupon::Table<Key, Row>& put,
                 std::string_view table) {
  for (const auto& [key, slot] : put.slots()) {
    const Row* row = found.find(key);
    ASSERT_NE(row, nullptr) << table;
    EXPECT_TRUE(same(*row, *slot.row)) << table;
  }
}

void expect_same(const coupon::State& found, const coupon::State& put) {
  expect_same(found.callbacks, put.callbacks, "callbacks");
  expect_same(found.stocks, put.stocks, "stocks");
  expect_same(found.stocks_by_request, put.stocks_by_request, "stocks_by_request");
  expect_same(found.stock_counts, put.stock_counts, "stock_counts");
  expect_same(found.coupons_by_request, put.coupons_by_request, "coupons_by_request");
  expect_same(found.coupons_by_code, put.coupons_by_code, "coupons_by_code");
  expect_same(found.user_counts, put.user_counts, "user_counts");
  expect_same(found.users, put.users, "users");
  expect_same(found.users_by_person, put.users_by_person, "users_by_person");
  expect_same(found.unions, put.unions, "unions");
  expect_same(found.sequences, put.sequences, "sequences");
  expect_same(found.events, put.events, "events");
}

TEST_P(StoreConformance, AnEmptyStoreHasNoRows) {
  coupon::State state;
  want_all(state);
  load(state);
  EXPECT_EQ(state.callbacks.find("1900000001"), nullptr);
  EXPECT_EQ(state.coupons_by_code.find({"1212160000000001", "0000000001000000000000"}), nullptr);
  EXPECT_EQ(state.unions.find({"group", 8}), nullptr);
  EXPECT_EQ(state.events.find(1), nullptr);
}

TEST_P(StoreConformance, GivesBackEveryMemberOfEveryTable) {
  const Batch batch = full_batch();
  commit(batch);
  coupon::State state;
  want_all(state);
  load(state);
  expect_same(state, batch.state);
}

TEST_P(StoreConformance, KeepsWhatWasCommittedWhenItIsOpenedAgain) {
  const Batch batch = full_batch();
  commit(batch);
  reopen();
  coupon::State state;
  want_all(state);
  load(state);
  expect_same(state, batch.state);
}

TEST_P(StoreConformance, OptionalMembersStayAbsent) {
  Batch batch;
  coupon::Event event = sample_event(1);
  event.last_attempt.reset();
  event.finished = at(9);
  batch.state.events.put(1, event);
  commit(batch);
  coupon::State state;
  state.events.want(1);
  load(state);
  EXPECT_TRUE(same(*state.events.find(1), event));
}

TEST_P(StoreConformance, EveryWordOfEveryEnumerationSurvives) {
  using enum coupon::EventState;
  std::int64_t seq = 0;
  Batch batch;
  for (const auto state : {withheld, pending, delivered, exhausted, cancelled}) {
    for (const auto reason :
         {coupon::WithheldReason::none, coupon::WithheldReason::no_url,
          coupon::WithheldReason::no_apiv3_key, coupon::WithheldReason::push_off,
          coupon::WithheldReason::host_refused}) {
      coupon::Event event = sample_event(++seq);
      event.state = state;
      event.withheld_reason = reason;
      batch.state.events.put(seq, event);
    }
  }
  commit(batch);
  coupon::State state;
  for (std::int64_t wanted = 1; wanted <= seq; ++wanted) state.events.want(wanted);
  load(state);
  expect_same(state.events, batch.state.events, "events");
}

TEST_P(StoreConformance, LoadsOnlyWhatIsNotLoaded) {
  commit(full_batch());
  coupon::State state;
  state.sequences.put("coupon", {"coupon", 99});
  state.callbacks.want("1900000001");
  load(state);
  EXPECT_EQ(state.sequences.find("coupon")->last, 99);
  ASSERT_NE(state.callbacks.find("1900000001"), nullptr);
}

TEST_P(StoreConformance, ChangesRowsInPlace) {
  commit(full_batch());
  Batch batch;
  want_all(batch.state);
  load(batch.state);

  coupon::Event event = sample_event(1);
  event.state = coupon::EventState::delivered;
  event.attempts = 4;
  event.finished = at(77);
  batch.state.events.put(1, event);
  coupon::Coupon coupon = sample_coupon(1, "coupon-1");
  coupon.coupon_state = coupon::CouponState::expired;
  batch.state.coupons_by_request.put({"1900000003", "coupon-1"}, coupon);
  batch.state.coupons_by_code.put({coupon.stock_id, coupon.coupon_code}, coupon);
  coupon::Stock stock = sample_stock("1212160000000001", "stock-1");
  stock.stock_state = coupon::StockState::stoped;
  batch.state.stocks.put(stock.stock_id, stock);
  batch.state.stocks_by_request.put({stock.creator_mchid, stock.out_request_no}, stock);
  batch.state.callbacks.put("1900000001", {"1900000001", "https://other.example/", at(9)});
  batch.state.stock_counts.put("1212160000000001", {"1212160000000001", 6, 18'001, 1});
  batch.state.user_counts.put({"1212160000000001", 8}, {"1212160000000001", 8, 4});
  batch.state.sequences.put("coupon", {"coupon", 18});
  batch.state.unions.put({"group", 8}, {"group", 8, "oOther"});
  commit(batch);

  coupon::State state;
  want_all(state);
  load(state);
  expect_same(state, batch.state);
}

TEST_P(StoreConformance, ABatchIsStoredWholeOrNotAtAll) {
  commit(full_batch());
  Batch batch;
  batch.state.callbacks.put("1900000009", sample_callback("1900000009"));
  batch.attempts.push_back(sample_intent(1, 1));
  batch.state.events.put(2, sample_event(2));
  coupon::Event twin = sample_event(3);
  twin.id = sample_event(1).id;
  batch.state.events.put(3, twin);
  EXPECT_FALSE(store_->commit(batch));

  coupon::State state;
  state.callbacks.want("1900000009");
  state.events.want(2);
  load(state);
  EXPECT_EQ(state.callbacks.find("1900000009"), nullptr);
  EXPECT_EQ(state.events.find(2), nullptr);
  EXPECT_TRUE(reader()->attempts(1)->empty());

  Batch next;  // and the store goes on
  next.state.events.put(2, sample_event(2));
  commit(next);
}

TEST_P(StoreConformance, RequestNumbersCodesAndKeysAreUnique) {
  commit(full_batch());
  const auto refuses = [&](coupon::Coupon coupon) {
    Batch batch;
    batch.state.coupons_by_request.put({coupon.send_merchant, coupon.out_request_no}, coupon);
    return !store_->commit(batch);
  };
  EXPECT_TRUE(refuses(sample_coupon(2, "coupon-1")));
  coupon::Coupon same_code = sample_coupon(2, "coupon-2");
  same_code.coupon_code = sample_coupon(1, "").coupon_code;
  EXPECT_TRUE(refuses(same_code));
  EXPECT_TRUE(refuses(sample_coupon(1, "coupon-2")));
  EXPECT_FALSE(refuses(sample_coupon(2, "coupon-2")));

  Batch stock;
  stock.state.stocks.put("1212160000000002", sample_stock("1212160000000002", "stock-1"));
  EXPECT_FALSE(store_->commit(stock));
  Batch user;
  user.state.users.put({"wx0001", "oOther"}, {"wx0001", "oOther", 8});
  EXPECT_FALSE(store_->commit(user));
}

TEST_P(StoreConformance, AChangeOfARowThatIsNotThereFails) {
  Batch batch;
  batch.state.events.put(1, sample_event(1));
  batch.state.events.slots().at(1).is_new = false;
  EXPECT_FALSE(store_->commit(batch));
}

TEST_P(StoreConformance, AnEmptyBatchIsNothing) {
  Batch batch;
  want_all(batch.state);
  load(batch.state);
  EXPECT_TRUE(batch.empty());
  commit(batch);
}

TEST_P(StoreConformance, AnAttemptIsAnIntentAndThenItsResult) {
  Batch intents;
  intents.state.events.put(1, sample_event(1));
  intents.attempts = {sample_intent(1, 1), sample_intent(2, 1)};
  commit(intents);
  Batch result;
  result.attempts = {sample_result(1, 1), sample_intent(1, 2)};
  commit(result);
  reopen();
  const std::vector<Attempt> found = *reader()->attempts(1);
  EXPECT_TRUE(same(found, {sample_result(1, 1), sample_intent(1, 2)}));
}

Batch directory_batch() {
  Batch batch;
  batch.merchants = {{"1900000001", "甲", "direct", "121216", "certificate", true, false},
                     {"1900000002", "乙", "provider", "121217", "public-key", false, true}};
  batch.merchant_certificates = {{"1900000001", "AA", "pem-a", wall_at(1), wall_at(2), false},
                                 {"1900000001", "BB", "pem-b", wall_at(3), wall_at(4), true}};
  batch.apiv3_keys = {{"1900000001", std::string(32, 'k'), wall_at(5)}};
  batch.relations = {{"1900000002", "1900000001"}};
  batch.merchant_apps = {{"1900000001", "wx0001"}};
  batch.apps = {{"wx0001", "group"}};
  batch.platform_keys = {{"CC", "certificate", "certificate", "key", wall_at(6), wall_at(7)}};
  batch.secrets = {{"ca.key", "a key"}, {"tls.key", "another key"}};
  return batch;
}

TEST_P(StoreConformance, GivesBackTheDirectorysRows) {
  const Batch batch = directory_batch();
  EXPECT_TRUE(batch.directory_changed());
  commit(batch);
  reopen();
  const DirectoryRows rows = *store_->directory();
  EXPECT_TRUE(same(rows.merchants, batch.merchants));
  EXPECT_TRUE(same(rows.certificates, batch.merchant_certificates));
  EXPECT_TRUE(same(rows.apiv3_keys, batch.apiv3_keys));
  EXPECT_TRUE(same(rows.relations, batch.relations));
  EXPECT_TRUE(same(rows.merchant_apps, batch.merchant_apps));
  EXPECT_TRUE(same(rows.apps, batch.apps));
  EXPECT_TRUE(same(rows.platform_keys, batch.platform_keys));
  EXPECT_TRUE(same(rows.secrets, batch.secrets));
}

TEST_P(StoreConformance, ReplacesTheDirectorysRowsByTheirKeys) {
  commit(directory_batch());
  Batch batch = directory_batch();
  batch.merchants.pop_back();
  batch.merchants[0].mode = "public-key";
  batch.merchants[0].gray_percent = 20;
  batch.merchant_certificates[0].revoked = true;
  batch.apps[0].unionid_group = "other";
  batch.platform_keys[0].not_after = wall_at(9);
  batch.secrets[0].value = "a newer key";
  commit(batch);
  const DirectoryRows rows = *store_->directory();
  ASSERT_EQ(rows.merchants.size(), 2u);
  EXPECT_TRUE(same(rows.merchants[0], batch.merchants[0]));
  EXPECT_TRUE(same(rows.certificates, batch.merchant_certificates));
  EXPECT_TRUE(same(rows.apps, batch.apps));
  EXPECT_TRUE(same(rows.platform_keys, batch.platform_keys));
  EXPECT_TRUE(same(rows.secrets, batch.secrets));
  EXPECT_EQ(rows.relations.size(), 1u);
}

TEST_P(StoreConformance, TheApiv3KeyWrittenLastComesLastWhateverTheClockSaid) {
  Batch batch;
  batch.apiv3_keys = {{"1900000001", "first", wall_at(50)}, {"1900000001", "second", wall_at(40)}};
  commit(batch);
  batch.apiv3_keys = {{"1900000001", "third", wall_at(50)}};  // replaces the first
  commit(batch);
  const DirectoryRows rows = *store_->directory();
  EXPECT_TRUE(same(rows.apiv3_keys,
                   {{"1900000001", "second", wall_at(40)}, {"1900000001", "third", wall_at(50)}}));
}

TEST_P(StoreConformance, TwoMerchantsCannotShareANumber) {
  commit(directory_batch());
  Batch batch;
  batch.merchants = {{"1900000003", "丙", "direct", "121216", "certificate", true, false}};
  EXPECT_FALSE(store_->commit(batch));
  EXPECT_EQ(store_->directory()->merchants.size(), 2u);
}

}  // namespace
}  // namespace favorhook::store
