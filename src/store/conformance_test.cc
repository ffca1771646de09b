// What every Store must do with the business's tables, the ledger and the directory's rows.
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

INSTANTIATE_TEST_SUITE_P(All, StoreConformance, testing::ValuesIn(all_kinds()), kind_name);

// Row and each of its indexes: what it is found by.
template <class Row, class List = IndexesOf<Row>>
struct FindersOf;
template <class Row, class... Indexes>
struct FindersOf<Row, TypeList<Indexes...>> {
  using List = TypeList<Row, Indexes...>;
};

template <class By>
void want(coupon::State& state, const RowOf<By>& row) {
  std::apply([&](const auto&... parts) { state.want<By>(parts...); }, FinderOf<By>::of(row));
}
template <class By>
const RowOf<By>* find(const coupon::State& state, const RowOf<By>& row) {
  return std::apply([&](const auto&... parts) { return state.find<By>(parts...); },
                    FinderOf<By>::of(row));
}

// As a store gives it back: an event is in flight by its flight alone.
template <class Row>
Row stored(int salt) {
  Row row = filled<Row>(salt);
  if constexpr (requires { row.in_flight; }) row.in_flight = false;
  return row;
}

// A row of each table, every member set.
Batch full_batch() {
  Batch batch;
  each_type(coupon::BusinessRows{}, [&]<class Row>() { batch.state.put(stored<Row>(1)); });
  return batch;
}

void want_all(coupon::State& state) {
  each_type(coupon::BusinessRows{}, [&]<class Row>() {
    each_type(typename FindersOf<Row>::List{},
              [&]<class By>() { want<By>(state, stored<Row>(1)); });
  });
}

// Found by the key and by every index.
template <class Row>
void expect_stored(const coupon::State& state, const Row& row) {
  each_type(typename FindersOf<Row>::List{}, [&]<class By>() {
    const Row* found = find<By>(state, row);
    ASSERT_NE(found, nullptr) << Row::kTable;
    EXPECT_TRUE(same(*found, row)) << Row::kTable;
  });
}

TEST_P(StoreConformance, AnEmptyStoreHasNoRows) {
  coupon::State state;
  want_all(state);
  load(state);
  each_type(coupon::BusinessRows{}, [&]<class Row>() {
    each_type(typename FindersOf<Row>::List{}, [&]<class By>() {
      EXPECT_EQ(find<By>(state, stored<Row>(1)), nullptr) << Row::kTable;
    });
  });
}

TEST_P(StoreConformance, GivesBackEveryMemberOfEveryTableByItsKeyAndEveryIndex) {
  commit(full_batch());
  coupon::State state;
  want_all(state);
  load(state);
  each_type(coupon::BusinessRows{}, [&]<class Row>() { expect_stored(state, stored<Row>(1)); });
}

TEST_P(StoreConformance, KeepsWhatWasCommittedWhenItIsOpenedAgain) {
  commit(full_batch());
  reopen();
  coupon::State state;
  want_all(state);
  load(state);
  each_type(coupon::BusinessRows{}, [&]<class Row>() { expect_stored(state, stored<Row>(1)); });
}

TEST_P(StoreConformance, HoweverARowWasFoundItIsChangedAndWrittenOnce) {
  commit(full_batch());
  each_type(coupon::BusinessRows{}, [&]<class Row>() {
    if (update_sql(table_of<Row>()).empty()) return;  // nothing of it changes
    const Row before = stored<Row>(1);
    const Row after = changed(before, 2);
    ASSERT_FALSE(same(before, after)) << Row::kTable;
    each_type(typename FindersOf<Row>::List{}, [&]<class By>() {
      for (const Row& row : {after, before}) {
        Batch batch;
        want<By>(batch.state, row);
        load(batch.state);
        ASSERT_NE(find<By>(batch.state, row), nullptr) << Row::kTable;
        batch.state.put(row);
        commit(batch);
        coupon::State state;
        want_all(state);
        load(state);
        expect_stored(state, row);
      }
    });
  });
}

TEST_P(StoreConformance, OptionalMembersStayAbsent) {
  Batch batch;
  coupon::Event event = sample_event(1);
  event.last_attempt.reset();
  event.finished = at(9);
  batch.state.put(event);
  commit(batch);
  coupon::State state;
  state.want<coupon::Event>(1);
  load(state);
  EXPECT_TRUE(same(*state.find<coupon::Event>(1), event));
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
      batch.state.put(event);
    }
  }
  commit(batch);
  coupon::State state;
  for (std::int64_t wanted = 1; wanted <= seq; ++wanted) state.want<coupon::Event>(wanted);
  load(state);
  for (const auto& [key, slot] : batch.state.table<coupon::Event>().slots()) {
    EXPECT_TRUE(same(*state.find<coupon::Event>(std::get<0>(key)), *slot.row));
  }
}

// Rows as they are in life.
Batch sample_batch() {
  Batch batch;
  batch.state.put(sample_callback("1900000001"));
  batch.state.put(sample_stock("1212160000000001", "stock-1"));
  batch.state.put(sample_coupon(1, "coupon-1"));
  batch.state.put(coupon::User{"wx0001", "oOpenid", 8});
  batch.state.put(sample_event(1));
  return batch;
}

TEST_P(StoreConformance, LoadsOnlyWhatIsNotLoaded) {
  commit(sample_batch());
  coupon::State state;
  state.put(coupon::Sequence{"coupon", 99});
  state.want<coupon::Callback>("1900000001");
  load(state);
  EXPECT_EQ(state.find<coupon::Sequence>("coupon")->last, 99);
  ASSERT_NE(state.find<coupon::Callback>("1900000001"), nullptr);
}

TEST_P(StoreConformance, ABatchIsStoredWholeOrNotAtAll) {
  commit(sample_batch());
  Batch batch;
  batch.state.put(sample_callback("1900000009"));
  batch.attempts.push_back(sample_intent(1, 1));
  batch.state.put(sample_event(2));
  coupon::Event twin = sample_event(3);
  twin.id = sample_event(1).id;
  batch.state.put(twin);
  EXPECT_FALSE(store_->commit(batch));

  coupon::State state;
  state.want<coupon::Callback>("1900000009");
  state.want<coupon::Event>(2);
  load(state);
  EXPECT_EQ(state.find<coupon::Callback>("1900000009"), nullptr);
  EXPECT_EQ(state.find<coupon::Event>(2), nullptr);
  EXPECT_TRUE(reader()->attempts(1)->empty());

  Batch next;  // and the store goes on
  next.state.put(sample_event(2));
  commit(next);
}

TEST_P(StoreConformance, RequestNumbersCodesAndKeysAreUnique) {
  commit(sample_batch());
  const auto refuses = [&](coupon::Coupon coupon) {
    Batch batch;
    batch.state.put(coupon);
    return !store_->commit(batch);
  };
  EXPECT_TRUE(refuses(sample_coupon(2, "coupon-1")));
  coupon::Coupon same_code = sample_coupon(2, "coupon-2");
  same_code.coupon_code = sample_coupon(1, "").coupon_code;
  EXPECT_TRUE(refuses(same_code));
  EXPECT_TRUE(refuses(sample_coupon(1, "coupon-2")));
  EXPECT_FALSE(refuses(sample_coupon(2, "coupon-2")));

  Batch stock;
  stock.state.put(sample_stock("1212160000000002", "stock-1"));
  EXPECT_FALSE(store_->commit(stock));
  Batch user;
  user.state.put(coupon::User{"wx0001", "oOther", 8});
  EXPECT_FALSE(store_->commit(user));
}

TEST_P(StoreConformance, AChangeOfARowThatIsNotThereFails) {
  Batch batch;
  batch.state.put(sample_event(1));
  batch.state.table<coupon::Event>().slots().at({1}).is_new = false;
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
  intents.state.put(sample_event(1));
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
  each_type(DirectoryRowTypes{}, [&]<class Row>() {
    batch.directory.add(filled<Row>(1));
    batch.directory.add(filled<Row>(2));
  });
  return batch;
}

TEST_P(StoreConformance, GivesBackTheDirectorysRows) {
  const Batch batch = directory_batch();
  EXPECT_FALSE(batch.directory.empty());
  EXPECT_FALSE(batch.empty());
  commit(batch);
  reopen();
  const DirectoryRows rows = *store_->directory();
  each_type(DirectoryRowTypes{}, [&]<class Row>() {
    EXPECT_TRUE(same(rows.of<Row>(), batch.directory.of<Row>())) << Row::kTable;
  });
}

TEST_P(StoreConformance, ReplacesTheDirectorysRowsByTheirKeys) {
  commit(directory_batch());
  Batch batch;
  each_type(DirectoryRowTypes{},
            [&]<class Row>() { batch.directory.add(changed(filled<Row>(2), 3)); });
  commit(batch);
  const DirectoryRows rows = *store_->directory();
  each_type(DirectoryRowTypes{}, [&]<class Row>() {
    EXPECT_TRUE(same(rows.of<Row>(), {filled<Row>(1), changed(filled<Row>(2), 3)})) << Row::kTable;
  });
}

TEST_P(StoreConformance, TheApiv3KeyWrittenLastComesLastWhateverTheClockSaid) {
  Batch batch;
  auto& keys = batch.directory.of<Apiv3KeyRow>();
  keys = {{"1900000001", "first", wall_at(50)}, {"1900000001", "second", wall_at(40)}};
  commit(batch);
  keys = {{"1900000001", "third", wall_at(50)}};  // replaces the first
  commit(batch);
  const DirectoryRows rows = *store_->directory();
  EXPECT_TRUE(same(rows.of<Apiv3KeyRow>(),
                   {{"1900000001", "second", wall_at(40)}, {"1900000001", "third", wall_at(50)}}));
}

TEST_P(StoreConformance, TwoMerchantsCannotShareANumber) {
  commit(directory_batch());
  Batch batch;
  batch.directory.add(filled<MerchantRow>(3));
  batch.directory.of<MerchantRow>()[0].number = filled<MerchantRow>(1).number;
  EXPECT_FALSE(store_->commit(batch));
  EXPECT_EQ(store_->directory()->of<MerchantRow>().size(), 2u);
}

}  // namespace
}  // namespace favorhook::store
