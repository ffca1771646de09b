// Reader::scan: all rows, in the order that is promised, from one snapshot.
#include <gmock/gmock.h>

#include "base/limits.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Writes down what it is shown, a word a row.
class Told final : public ScanVisitor {
 public:
  void sequence(const coupon::Sequence& row) override { add("sequence {}", row.name); }
  void merchant(const MerchantRow& row) override { add("merchant {}", row.mchid); }
  void user(const coupon::User& row) override { add("user {}", row.openid); }
  void union_id(const coupon::Union& row) override { add("union {}", row.unionid); }
  void stock(const coupon::Stock& row) override { add("stock {}", row.stock_id); }
  void stock_count(const coupon::StockCount& row) override { add("count {}", row.total_send_num); }
  void coupon(const coupon::Coupon& row) override { add("coupon {}", row.id); }
  void user_count(const coupon::UserCount& row) override { add("user count {}", row.person); }
  void event(const coupon::Event& row, const std::vector<Attempt>& attempts) override {
    std::string numbers;
    for (const Attempt& attempt : attempts) numbers += fmt::format(" {}", attempt.number);
    add("event {}:{}", row.seq, numbers);
  }
  void stray_attempt(const Attempt& row) override { add("stray {}", row.event_seq); }

  std::vector<std::string> rows;

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    rows.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
};

class Scan : public StoreConformance {
 protected:
  std::vector<std::string> told() {
    Told all;
    const std::unique_ptr<Reader> scanning = reader();
    const Result<void> done = scanning->scan(all);
    EXPECT_TRUE(done) << done.error().what;
    return all.rows;
  }
};

TEST_P(Scan, TellsOfEveryTableInOrder) {
  Batch batch;
  coupon::State& state = batch.state;
  state.sequences.put("event", {"event", 3});
  state.users.put({"wx1", "oA"}, {"wx1", "oA", 1});
  state.unions.put({"group", 1}, {"group", 1, "uA"});
  const coupon::Stock stock = sample_stock("1212160000000001", "s1");
  state.stocks.put(stock.stock_id, stock);
  state.stock_counts.put(stock.stock_id, {stock.stock_id, 7, 1, 2});
  state.coupons_by_request.put({"1900000003", "b"}, sample_coupon(2, "b"));
  state.coupons_by_request.put({"1900000003", "c"}, sample_coupon(1, "c"));
  state.user_counts.put({stock.stock_id, 8}, {stock.stock_id, 8, 2});
  state.events.put(2, sample_event(2));
  state.events.put(1, sample_event(1));
  batch.attempts = {sample_intent(1, 2), sample_result(1, 1), sample_result(9, 1)};
  batch.merchants.push_back({"1900000001", "shop", "direct", "128207", "certificate", true, true});
  commit(batch);
  EXPECT_THAT(told(), ElementsAre("sequence event", "merchant 1900000001", "user oA", "union uA",
                                  "stock 1212160000000001", "count 7", "coupon 1", "coupon 2",
                                  "user count 8", "event 1: 1 2", "event 2:", "stray 9"));
}

TEST_P(Scan, PartsOfManyEventsFitTogether) {
  Batch batch;
  const auto events = static_cast<std::int64_t>(2 * limits::kScanEvents);
  for (std::int64_t seq = 1; seq <= events; ++seq) {
    batch.state.events.put(seq, sample_event(seq));
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
  class WritesMeanwhile final : public ScanVisitor {
   public:
    explicit WritesMeanwhile(Store& store) : store_(store) {}
    void sequence(const coupon::Sequence&) override {
      Batch batch;
      batch.state.events.put(1, sample_event(1));
      ASSERT_TRUE(store_.commit(batch));
    }
    void event(const coupon::Event&, const std::vector<Attempt>&) override { ++events; }
    int events = 0;

   private:
    Store& store_;
  };
  Batch batch;
  batch.state.sequences.put("event", {"event", 1});
  commit(batch);
  WritesMeanwhile visitor(*store_);
  const std::unique_ptr<Reader> scanning = reader();
  ASSERT_TRUE(scanning->scan(visitor));
  EXPECT_EQ(visitor.events, 0);
  EXPECT_THAT(told(), ElementsAre("sequence event", "event 1:"));
}

TEST_P(Scan, ASoundStoreHasNoDamage) {
  Batch batch;
  batch.state.events.put(1, sample_event(1));
  commit(batch);
  EXPECT_THAT(reader()->damage(5), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, Scan, testing::ValuesIn(all_kinds()), kind_name);

}  // namespace
}  // namespace favorhook::store
