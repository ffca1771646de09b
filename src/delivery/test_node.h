// For this folder's tests: a dispatcher in a commit queue over a real SQLite store, on clocks moved
// by hand. What it launches is kept, and the test says how each attempt ends.
//
//   TestNode node;
//   node.add_events("1900000001", 3);
//   node.run();
//   node.end(node.take_launched().front(), 200);
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coupon/test_world.h"
#include "delivery/dispatcher.h"
#include "store/passing_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_home.h"

namespace favorhook::delivery {

using namespace std::chrono_literals;

inline constexpr const char* kMerchantA = "1900000001";
inline constexpr const char* kMerchantB = "1900000002";

class HandClocks final : public Clocks {
 public:
  WallTime wall() const override { return from_unix_millis<WallTime>(millis_.count()); }
  BusinessTime business() const override { return from_unix_millis<BusinessTime>(millis_.count()); }
  MonotonicTime monotonic() const override { return MonotonicTime(millis_); }
  void move(Millis by) { millis_ += by; }

 private:
  Millis millis_{1'600'000'000'000};
};

// A store that can be told to fail.
class FaultyStore final : public store::PassingStore {
 public:
  explicit FaultyStore(std::unique_ptr<store::Store> real)
      : PassingStore(*real), real_(std::move(real)) {}
  Result<void> load(coupon::State& state) override {
    events_read += std::ranges::count_if(state.table<coupon::Event>().slots(),
                                         [](const auto& slot) { return !slot.second.loaded; });
    return PassingStore::load(state);
  }
  Result<void> commit(const store::Batch& batch) override {
    if (failing_commits > 0) {
      --failing_commits;
      return fail("the disk is full");
    }
    ++commits;
    return PassingStore::commit(batch);
  }
  Result<std::vector<coupon::Event>> due_events(std::string_view receiver, BusinessTime now,
                                                std::optional<BusinessTime> before,
                                                std::size_t limit) override {
    if (failing_claims) return fail("the disk is gone");
    return PassingStore::due_events(receiver, now, before, limit);
  }

  int failing_commits = 0;
  bool failing_claims = false;
  int commits = 0;
  std::ptrdiff_t events_read = 0;

 private:
  std::unique_ptr<store::Store> real_;
};

// A command given as a function.
class ChangeWork final : public store::Work {
 public:
  using Change = std::function<void(store::Batch&, const coupon::Context&)>;
  ChangeWork(std::vector<std::int64_t> events, Change change)
      : events_(std::move(events)), change_(std::move(change)) {}
  ChangeWork(std::string callback_of, Change change)
      : callback_of_(std::move(callback_of)), change_(std::move(change)) {}
  bool want(store::Batch& batch, const coupon::Context&) override {
    bool more = !callback_of_.empty() && batch.state.want<coupon::Callback>(callback_of_);
    for (const std::int64_t seq : events_) more = batch.state.want<coupon::Event>(seq) || more;
    return more;
  }
  void decide(store::Batch& batch, const coupon::Context& context) override {
    change_(batch, context);
  }
  void committed() override {}
  void failed(const Error&) override {}

 private:
  std::vector<std::int64_t> events_;
  std::string callback_of_;
  Change change_;
};

class TestNode {
 public:
  explicit TestNode(DispatcherOptions options = {}) : options_(options) {
    for (const char* mchid : {kMerchantA, kMerchantB}) add_merchant(mchid);
    start();
  }

  coupon::Merchant& add_merchant(const std::string& mchid) {
    coupon::Merchant& merchant = merchants.emplace_back();
    merchant.mchid = mchid;
    merchant.number = mchid.substr(4);
    merchant.event_push = true;
    merchant.apiv3_key = std::string(32, 'k');
    return merchant;
  }
  void publish_merchants() {
    directory.publish(std::make_shared<coupon::Directory>(
        std::vector<coupon::Merchant>(merchants.begin(), merchants.end()),
        std::vector<coupon::PlatformKey>{}, std::map<std::string, std::string, std::less<>>{}));
  }

  // Everything in memory goes, as in a crash; `launched` too.
  void crash_and_restart() {
    queue.reset();
    dispatcher.reset();
    store.reset();
    launched_.clear();
    start();
  }

  void change(std::vector<std::int64_t> events, ChangeWork::Change change) {
    submit(std::make_unique<ChangeWork>(std::move(events), std::move(change)));
  }
  void change(const std::string& callback_of, ChangeWork::Change change) {
    submit(std::make_unique<ChangeWork>(callback_of, std::move(change)));
  }
  void set_url(const std::string& mchid, const std::string& url) {
    change(mchid, [=](store::Batch& batch, const coupon::Context& context) {
      batch.state.put(coupon::Callback{mchid, url, context.now});
    });
  }
  // Pending events, due at once, in one batch as far as kBatchMax allows; their seqs.
  std::vector<std::int64_t> add_events(const std::string& mchid, int count = 1) {
    std::vector<std::int64_t> seqs;
    for (int i = 0; i < count; ++i) {
      const std::int64_t seq = ++last_seq_;
      seqs.push_back(seq);
      change(std::vector<std::int64_t>(), [=](store::Batch& batch, const coupon::Context& context) {
        coupon::Event event;
        event.seq = seq;
        event.id = fmt::format("event-{}", seq);
        event.receiver = mchid;
        event.event_type = "COUPON.SEND";
        event.plaintext = "{}";
        event.create_time = event.due = context.now;
        batch.state.put(event);
      });
    }
    return seqs;
  }
  void submit(std::unique_ptr<store::Work> work) { CHECK(queue->submit(work)); }
  void resend(std::int64_t seq) {
    submit(dispatcher->resend(seq, [](Result<std::optional<coupon::Event>>) {}));
  }

  // Every batch there is to do now. Fails the test where there is no end to it.
  void run() {
    for (int batches = 0; queue->poll(); ++batches) ASSERT_LT(batches, 10'000) << "it spins";
  }
  void move(Millis by) {
    clocks.move(by);
    run();
  }

  std::vector<AttemptOrder> take_launched() { return std::exchange(launched_, {}); }
  std::size_t launched() const { return launched_.size(); }

  AttemptReport report_of(const AttemptOrder& order, Judgement judgement) {
    AttemptReport report{order.intent, judgement.consequence};
    report.attempt.verdict = judgement.verdict;
    report.attempt.counted = judgement.consequence == Consequence::delivered ||
                             judgement.consequence == Consequence::next_step;
    report.attempt.finished = clocks.business();
    return report;
  }
  // Submits the result of an attempt that was answered with that status.
  void answer(const AttemptOrder& order, int status) {
    PostResult result;
    result.end = PostEnd::answered;
    result.status = status;
    submit(dispatcher->record(report_of(order, judge(result, true))));
  }
  void answer_all(int status) {
    for (const AttemptOrder& order : take_launched()) answer(order, status);
    run();
  }

  coupon::Event event(std::int64_t seq) {
    auto found = reader()->event(fmt::format("event-{}", seq));
    CHECK(found && *found);
    return **found;
  }
  std::vector<store::Attempt> attempts(std::int64_t seq) { return reader()->attempts(seq).value(); }
  std::unique_ptr<store::Reader> reader() { return store->open_reader().value(); }

  TempDir dir;
  HandClocks clocks;
  coupon::SeededRandom random{1};
  coupon::TestUrlPolicy url_policy;
  Metrics metrics;
  std::deque<coupon::Merchant> merchants;
  coupon::DirectoryHolder directory{std::make_shared<coupon::Directory>(
      std::vector<coupon::Merchant>{}, std::vector<coupon::PlatformKey>{},
      std::map<std::string, std::string, std::less<>>{})};
  std::unique_ptr<FaultyStore> store;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<store::CommitQueue> queue;

 private:
  void start() {
    publish_merchants();
    auto opened = store::open_sqlite_store({.path = dir.path() + "/node.db", .durable = false});
    CHECK(opened);
    store = std::make_unique<FaultyStore>(std::move(*opened));
    dispatcher = std::make_unique<Dispatcher>(options_, random, metrics);
    dispatcher->on_launch([this](AttemptOrder order) { launched_.push_back(std::move(order)); });
    CHECK(dispatcher->recover(*store, clocks.business()));
    queue = std::make_unique<store::CommitQueue>(*store, directory, url_policy, random, clocks,
                                                 *dispatcher, store::CommitQueueOptions{});
  }

  DispatcherOptions options_;
  std::vector<AttemptOrder> launched_;
  std::int64_t last_seq_ = 0;
};

}  // namespace favorhook::delivery
