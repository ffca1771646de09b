// Durable coupon issues a second, by batch: a coupon, its event in flight, the intent of its
// attempt, the stock's and the person's counters and the sequences; and the results of attempts.
// The disk is the one under $TMPDIR.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>

#include "base/check.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

class BenchStore {
 public:
  BenchStore() {
    const char* base = ::getenv("TMPDIR");
    dir_ = std::string(base == nullptr ? "/tmp" : base) + "/favorhook-bench-XXXXXX";
    CHECK(::mkdtemp(dir_.data()) != nullptr);
    store_ = std::move(*open_sqlite_store({.path = dir_ + "/favorhook.db"}));
  }
  ~BenchStore() {
    store_.reset();
    std::filesystem::remove_all(dir_);
  }
  Store& operator*() { return *store_; }

 private:
  std::string dir_;
  std::unique_ptr<Store> store_;
};

coupon::Event event_of(std::int64_t seq) {
  coupon::Event event = sample_event(seq);
  event.in_flight = true;
  event.plaintext = std::string(420, 'x');  // as long as a COUPON.SEND without attach
  return event;
}

// What one coupons/send changes, loaded first as the commit queue does.
void issue(Batch& batch, std::int64_t number) {
  const coupon::Coupon coupon = sample_coupon(number, fmt::format("request-{:012}", number));
  batch.state.put(coupon);
  batch.state.put(coupon::StockCount{coupon.stock_id, number, 18'000, number});
  batch.state.put(coupon::UserCount{coupon.stock_id, number, 1});
  for (const char* name : {"code", "coupon", "event"}) {
    batch.state.put(coupon::Sequence{name, number});
  }
  batch.state.put(event_of(number));
  batch.attempts.push_back(sample_intent(number, 1));
}

void want(Batch& batch, std::int64_t number) {
  batch.state.want<coupon::Coupon::ByRequest>("1900000003", fmt::format("request-{:012}", number));
  batch.state.want<coupon::StockCount>("1212160000000001");
  batch.state.want<coupon::UserCount>("1212160000000001", number);
  for (const char* name : {"code", "coupon", "event"}) batch.state.want<coupon::Sequence>(name);
}

void coupon_issues(benchmark::State& run) {
  BenchStore store;
  std::int64_t number = 0;
  for (auto _ : run) {
    Batch batch;
    for (std::int64_t i = 1; i <= run.range(0); ++i) want(batch, number + i);
    CHECK((*store).load(batch.state));
    for (std::int64_t i = 1; i <= run.range(0); ++i) issue(batch, number + i);
    number += run.range(0);
    CHECK((*store).commit(batch));
  }
  run.SetItemsProcessed(number);
}
BENCHMARK(coupon_issues)->Arg(1)->Arg(8)->Arg(64)->Arg(256)->MeasureProcessCPUTime()->UseRealTime();

void attempt_results(benchmark::State& run) {
  BenchStore store;
  std::int64_t number = 0;
  for (auto _ : run) {
    run.PauseTiming();
    Batch intents;
    for (std::int64_t i = 1; i <= run.range(0); ++i) issue(intents, number + i);
    for (auto& [key, slot] : intents.state.table<coupon::StockCount>().slots())
      slot.is_new = number == 0;
    for (auto& [key, slot] : intents.state.table<coupon::Sequence>().slots())
      slot.is_new = number == 0;
    CHECK((*store).commit(intents));
    run.ResumeTiming();
    Batch results;
    for (std::int64_t i = 1; i <= run.range(0); ++i) results.state.want<coupon::Event>(number + i);
    CHECK((*store).load(results.state));
    for (std::int64_t i = 1; i <= run.range(0); ++i) {
      coupon::Event event = *results.state.find<coupon::Event>(number + i);
      event.in_flight = false;
      event.state = coupon::EventState::delivered;
      event.finished = at(number);
      results.state.put(event);
      results.attempts.push_back(sample_result(number + i, 1));
    }
    CHECK((*store).commit(results));
    number += run.range(0);
  }
  run.SetItemsProcessed(number);
}
BENCHMARK(attempt_results)
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->Arg(256)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace favorhook::store
