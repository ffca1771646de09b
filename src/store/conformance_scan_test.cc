// Reader::scan: all rows, in the order that is promised, from one snapshot.
#include <gmock/gmock.h>

#include "base/limits.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Scan : public StoreConformance {
 protected:
  // What a scan shows, a word a row.
  std::vector<std::string> told() {
    std::vector<std::string> rows;
    ScanVisitor visitor;
    each_type(ScannedRows{}, [&]<class Row>() {
      visitor.on<Row>([&](const Row& row) {
        rows.push_back(fmt::format("{} {}", Row::kTable, key_text(row)));
      });
    });
    visitor.on_event([&](const coupon::Event& row, const std::vector<Attempt>& attempts) {
      rows.push_back(fmt::format("event {}:", row.seq));
      for (const Attempt& each : attempts) rows.back() += fmt::format(" {}", each.number);
    });
    visitor.on_stray_attempt(
        [&](const Attempt& row) { rows.push_back(fmt::format("stray {}", row.event_seq)); });
    const Result<void> done = reader()->scan(visitor);
    EXPECT_TRUE(done) << done.error().what;
    return rows;
  }

 private:
  template <class Row>
  static std::string key_text(const Row& row) {
    std::string text;
    Row::Key::each_member(row, [&](const auto& part) { text += fmt::format("/{}", part); });
    return text.substr(1);
  }
};

TEST_P(Scan, TellsOfEveryTableInOrder) {
  Batch batch;
  each_type(coupon::BusinessRows{}, [&]<class Row>() { batch.state.put(filled<Row>(1)); });
  batch.state.put(sample_coupon(2, "b"));
  batch.state.put(sample_coupon(1, "c"));
  batch.state.put(sample_event(2));
  batch.state.put(sample_event(1));
  batch.attempts = {sample_intent(1, 2), sample_result(1, 1), sample_result(9, 1)};
  each_type(DirectoryRowTypes{}, [&]<class Row>() { batch.directory.add(filled<Row>(1)); });
  commit(batch);
  EXPECT_THAT(told(), ElementsAre("merchants mchid-1", "sequences name-1", "users appid-1/openid-1",
                                  "unions unionid_group-1/101", "callbacks mchid-1",
                                  "stocks stock_id-1", "stock_counts stock_id-1", "coupons 1",
                                  "coupons 2", "coupons 101", "user_counts stock_id-1/101",
                                  "event 1: 1 2", "event 2:", "stray 9", "event 101:"));
}

TEST_P(Scan, PartsOfManyEventsFitTogether) {
  Batch batch;
  const auto events = static_cast<std::int64_t>(2 * limits::kScanEvents);
  for (std::int64_t seq = 1; seq <= events; ++seq) {
    batch.state.put(sample_event(seq));
    batch.attempts.push_back(sample_result(seq, 1));
  }
  commit(batch);
  std::vector<std::string> expected;
  for (std::int64_t seq = 1; seq <= events; ++seq) {
    expected.push_back(fmt::format("event {}: 1", seq));
  }
  EXPECT_EQ(told(), expected);
}

TEST_P(Scan, SeesOneMomentOnly) {
  Batch batch;
  batch.state.put(coupon::Sequence{"event", 1});
  commit(batch);
  ScanVisitor visitor;
  visitor.on<coupon::Sequence>([&](const coupon::Sequence&) {
    Batch meanwhile;
    meanwhile.state.put(sample_event(1));
    commit(meanwhile);
  });
  int events = 0;
  visitor.on_event([&](const coupon::Event&, const std::vector<Attempt>&) { ++events; });
  const std::unique_ptr<Reader> scanning = reader();
  ASSERT_TRUE(scanning->scan(visitor));
  EXPECT_EQ(events, 0);
  EXPECT_THAT(told(), ElementsAre("sequences event", "event 1:"));
}

TEST_P(Scan, ASoundStoreHasNoDamage) {
  Batch batch;
  batch.state.put(sample_event(1));
  commit(batch);
  EXPECT_THAT(reader()->damage(5), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, Scan, testing::ValuesIn(all_kinds()), kind_name);

}  // namespace
}  // namespace favorhook::store
