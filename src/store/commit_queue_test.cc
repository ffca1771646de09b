#include "store/commit_queue.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "base/test_patience.h"
#include "store/directory_rows.h"
#include "store/passing_store.h"
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using testing::ElementsAre;

class TestClocks final : public Clocks {
 public:
  WallTime wall() const override { return wall_at(millis); }
  BusinessTime business() const override { return at(millis); }
  MonotonicTime monotonic() const override { return MonotonicTime(Millis(millis)); }
  std::atomic<std::int64_t> millis{1000};
};

class NoUrls final : public coupon::UrlPolicy {
 public:
  std::optional<std::string> text_fault(std::string_view) const override { return {}; }
  std::optional<std::string> host_refused(std::string_view) const override { return {}; }
};

class NoRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override { std::ranges::fill(bytes, 0); }
};

using Log = std::vector<std::string>;

// Tells what it is asked for, and can be told to fail.
class WatchedStore final : public PassingStore {
 public:
  WatchedStore(Store& real, Log& log) : PassingStore(real), log_(log) {}

  Result<void> load(coupon::State& state) override {
    log_.push_back("load");
    return PassingStore::load(state);
  }
  Result<void> commit(const Batch& batch) override {
    log_.push_back("commit");
    if (fail_commits > 0) {
      --fail_commits;
      return fail("the disk is full");
    }
    return PassingStore::commit(batch);
  }

  int fail_commits = 0;

 private:
  Log& log_;
};

class TestHook final : public BatchHook {
 public:
  explicit TestHook(Log& log) : log_(log) {}
  void complete(Batch& batch, Store&, const coupon::Context&) override {
    log_.push_back("complete");
    if (add) add(batch);
  }
  void committed() override {
    log_.push_back("hook committed");
    wake.reset();
  }
  void aborted() override { log_.push_back("aborted"); }
  std::optional<BusinessTime> wake_at() const override {
    ++asked;
    return wake;
  }

  std::optional<BusinessTime> wake;
  mutable std::atomic<int> asked = 0;  // when it wants a batch
  std::function<void(Batch&)> add;

 private:
  Log& log_;
};

// Adds one to a sequence and remembers what it became; `limit` makes it refuse.
class Count final : public Work {
 public:
  Count(std::string name, Log& log, std::int64_t limit = INT64_MAX)
      : name_(std::move(name)), log_(log), limit_(limit) {}
  bool want(Batch& batch, const coupon::Context&) override {
    return batch.state.want<coupon::Sequence>("n");
  }
  void decide(Batch& batch, const coupon::Context&) override {
    const coupon::Sequence* found = batch.state.find<coupon::Sequence>("n");
    number_ = (found == nullptr ? 0 : found->last) + 1;
    refused_ = number_ > limit_;
    if (!refused_) batch.state.put(coupon::Sequence{"n", number_});
  }
  void committed() override {
    log_.push_back(fmt::format("{} {}", name_, refused_ ? "refused" : std::to_string(number_)));
  }
  void failed(const Error& error) override { log_.push_back(name_ + " failed: " + error.what); }

 private:
  std::string name_;
  Log& log_;
  std::int64_t limit_;
  std::int64_t number_ = 0;
  bool refused_ = false;
};

// Calls what it is given.
class Do final : public Work {
 public:
  Do(
      std::string name, Log& log, std::function<void(Batch&)> decide,
      std::function<bool(Batch&)> want = [](Batch&) { return false; })
      : name_(std::move(name)), log_(log), decide_(std::move(decide)), want_(std::move(want)) {}
  bool want(Batch& batch, const coupon::Context&) override { return want_(batch); }
  void decide(Batch& batch, const coupon::Context&) override { decide_(batch); }
  void committed() override { log_.push_back(name_ + " committed"); }
  void failed(const Error&) override { log_.push_back(name_ + " failed"); }

 private:
  std::string name_;
  Log& log_;
  std::function<void(Batch&)> decide_;
  std::function<bool(Batch&)> want_;
};

class CommitQueueTest : public testing::Test {
 protected:
  template <class W, class... Args>
  bool submit(Args&&... args) {
    std::unique_ptr<Work> work = std::make_unique<W>(std::forward<Args>(args)...);
    return queue_.submit(work);
  }
  std::int64_t stored() {
    coupon::State state;
    state.want<coupon::Sequence>("n");
    CHECK(real_->load(state));
    const coupon::Sequence* found = state.find<coupon::Sequence>("n");
    return found == nullptr ? 0 : found->last;
  }

  SqliteHome home_;
  std::unique_ptr<Store> real_ = home_.open();
  Log log_;
  WatchedStore store_{*real_, log_};
  TestHook hook_{log_};
  TestClocks clocks_;
  NoUrls urls_;
  NoRandom random_;
  coupon::DirectoryHolder directory_{*make_directory({})};
  CommitQueue queue_{store_, directory_, urls_, random_, clocks_, hook_, {}};
};

TEST_F(CommitQueueTest, NothingToDoIsNoBatch) {
  EXPECT_FALSE(queue_.poll());
  EXPECT_TRUE(log_.empty());
}

TEST_F(CommitQueueTest, WorksOfOneBatchSeeEachOtherInOrderOfSubmission) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(submit<Count>(name, log_));
  EXPECT_EQ(queue_.waiting(), 3u);
  EXPECT_TRUE(queue_.poll());
  EXPECT_EQ(queue_.waiting(), 0u);
  EXPECT_THAT(log_,
              ElementsAre("load", "complete", "commit", "hook committed", "a 1", "b 2", "c 3"));
  EXPECT_EQ(stored(), 3);
  EXPECT_FALSE(queue_.poll());
}

TEST_F(CommitQueueTest, TheNextBatchSeesWhatTheLastStored) {
  submit<Count>("a", log_);
  queue_.poll();
  submit<Count>("b", log_);
  queue_.poll();
  EXPECT_EQ(log_.back(), "b 2");
}

TEST_F(CommitQueueTest, ABatchHasABound) {
  for (std::size_t i = 0; i < limits::kBatchMax + 1; ++i) submit<Count>("w", log_);
  EXPECT_TRUE(queue_.poll());
  EXPECT_EQ(stored(), static_cast<std::int64_t>(limits::kBatchMax));
  EXPECT_EQ(queue_.waiting(), 1u);
}

TEST_F(CommitQueueTest, ARefusalIsToldButChangesNothing) {
  submit<Count>("a", log_);
  submit<Count>("b", log_, 1);
  submit<Count>("c", log_);
  queue_.poll();
  EXPECT_THAT(std::vector(log_.end() - 3, log_.end()), ElementsAre("a 1", "b refused", "c 2"));
  EXPECT_EQ(stored(), 2);
}

TEST_F(CommitQueueTest, ABatchOfRefusalsNeedsNoTransaction) {
  submit<Count>("a", log_, 0);
  queue_.poll();
  EXPECT_THAT(log_, ElementsAre("load", "complete", "hook committed", "a refused"));
}

TEST_F(CommitQueueTest, KeysAreCollectedInRounds) {
  int round = 0;
  submit<Do>(
      "w", log_, [](Batch& batch) { EXPECT_TRUE(batch.state.has<coupon::Sequence>("key 3")); },
      [&](Batch& batch) {
        return ++round <= 3 && batch.state.want<coupon::Sequence>(fmt::format("key {}", round));
      });
  queue_.poll();
  EXPECT_THAT(log_,
              ElementsAre("load", "load", "load", "complete", "hook committed", "w committed"));
}

// Copies the sequence to another, which it asks for only where there is one to copy.
class Copy final : public Work {
 public:
  explicit Copy(Log& log) : log_(log) {}
  bool want(Batch& batch, const coupon::Context&) override {
    const bool more = batch.state.want<coupon::Sequence>("n");
    if (batch.state.peek<coupon::Sequence>("n") == nullptr) return more;
    return batch.state.want<coupon::Sequence>("copy") || more;
  }
  void decide(Batch& batch, const coupon::Context&) override {
    const coupon::Sequence* found = batch.state.find<coupon::Sequence>("n");
    copied_ = found == nullptr ? 0 : found->last;
    if (found == nullptr) return;
    CHECK(batch.state.find<coupon::Sequence>("copy") == nullptr);
    batch.state.put(coupon::Sequence{"copy", copied_});
  }
  void committed() override { log_.push_back(fmt::format("copied {}", copied_)); }
  void failed(const Error& error) override { log_.push_back("copy failed: " + error.what); }

 private:
  Log& log_;
  std::int64_t copied_ = 0;
};

TEST_F(CommitQueueTest, AWorkThatAnEarlierOneLedToOtherRowsIsDecidedInTheNextBatch) {
  submit<Count>("a", log_);
  submit<Copy>(log_);
  submit<Count>("c", log_);
  EXPECT_TRUE(queue_.poll());
  EXPECT_THAT(log_, ElementsAre("load", "complete", "commit", "hook committed", "a 1", "c 2"));
  EXPECT_EQ(queue_.waiting(), 1u);
  log_.clear();
  submit<Count>("d", log_);
  EXPECT_TRUE(queue_.poll());
  EXPECT_THAT(
      log_, ElementsAre("load", "load", "complete", "commit", "hook committed", "copied 2", "d 3"));
  EXPECT_EQ(queue_.waiting(), 0u);
}

TEST_F(CommitQueueTest, WhatCrossedInABatchThatFailsIsTriedByItself) {
  submit<Count>("a", log_);
  submit<Copy>(log_);
  store_.fail_commits = 1;
  queue_.poll();
  EXPECT_THAT(std::vector(log_.end() - 8, log_.end()),
              ElementsAre("hook committed", "a 1", "load", "load", "complete", "commit",
                          "hook committed", "copied 1"));
}

TEST_F(CommitQueueTest, AFailedBatchIsTriedAgainWorkByWork) {
  store_.fail_commits = 1;
  submit<Count>("a", log_);
  submit<Count>("b", log_);
  queue_.poll();
  EXPECT_THAT(log_, ElementsAre("load", "complete", "commit", "aborted",                //
                                "load", "complete", "commit", "hook committed", "a 1",  //
                                "load", "complete", "commit", "hook committed", "b 2"));
  EXPECT_EQ(stored(), 2);
}

TEST_F(CommitQueueTest, OneBadWorkHarmsNoOther) {
  Batch before;
  before.state.put(sample_event(1));
  ASSERT_TRUE(real_->commit(before));
  const auto clash = [](Batch& batch) {  // two rows with one id: the store refuses
    coupon::Event twin = sample_event(2);
    twin.id = sample_event(1).id;
    batch.state.put(twin);
  };
  submit<Count>("a", log_);
  submit<Do>("bad", log_, clash);
  submit<Count>("c", log_);
  queue_.poll();
  EXPECT_THAT(log_, testing::IsSupersetOf({"a 1", "bad failed", "c 2"}));
  EXPECT_EQ(std::ranges::count(log_, "aborted"), 2);
  EXPECT_EQ(stored(), 2);
}

TEST_F(CommitQueueTest, ASingleWorkIsTriedOnce) {
  store_.fail_commits = 1;
  submit<Count>("a", log_);
  queue_.poll();
  EXPECT_THAT(log_,
              ElementsAre("load", "complete", "commit", "aborted", "a failed: the disk is full"));
}

TEST_F(CommitQueueTest, TheGateOpensOnlyAfterTheCommit) {
  std::unique_ptr<Reader> reader = std::move(*real_->open_reader());
  std::optional<bool> stored_at_commit;
  class Gate final : public Work {
   public:
    Gate(Reader& reader, std::optional<bool>& seen) : reader_(reader), seen_(seen) {}
    bool want(Batch&, const coupon::Context&) override { return false; }
    void decide(Batch& batch, const coupon::Context&) override {
      batch.state.put(sample_event(1));
      EXPECT_TRUE(reader_.events({})->empty());
    }
    void committed() override { seen_ = reader_.events({})->size() == 1; }
    void failed(const Error&) override {}

   private:
    Reader& reader_;
    std::optional<bool>& seen_;
  };
  submit<Gate>(*reader, stored_at_commit);
  queue_.poll();
  EXPECT_EQ(stored_at_commit, true);
}

TEST_F(CommitQueueTest, TheHookAddsToTheSameTransaction) {
  hook_.add = [](Batch& batch) { batch.attempts.push_back(sample_intent(1, 1)); };
  submit<Count>("a", log_);
  queue_.poll();
  EXPECT_EQ(stored(), 1);
  EXPECT_EQ((*real_->open_reader())->attempts(1)->size(), 1u);
}

TEST_F(CommitQueueTest, TheHookGetsABatchWhenItsTimeHasCome) {
  hook_.wake = at(1001);
  EXPECT_FALSE(queue_.poll());
  clocks_.millis = 1001;
  EXPECT_TRUE(queue_.poll());
  EXPECT_THAT(log_, ElementsAre("complete", "hook committed"));
  EXPECT_FALSE(queue_.poll());
}

TEST_F(CommitQueueTest, AFailedBatchOfTheHookPauses) {
  hook_.wake = at(1000);
  hook_.add = [](Batch& batch) { batch.attempts.push_back(sample_intent(1, 1)); };
  store_.fail_commits = 1;
  EXPECT_TRUE(queue_.poll());
  EXPECT_THAT(log_, ElementsAre("complete", "commit", "aborted"));
  EXPECT_FALSE(queue_.poll());
  clocks_.millis += limits::kCommitRetryPause.count();
  EXPECT_TRUE(queue_.poll());
  EXPECT_EQ(log_.back(), "hook committed");
}

TEST_F(CommitQueueTest, AFullQueueGivesTheWorkBack) {
  for (std::size_t i = 0; i < limits::kCommitQueueMax; ++i) ASSERT_TRUE(submit<Count>("w", log_));
  std::unique_ptr<Work> one_more = std::make_unique<Count>("w", log_);
  EXPECT_FALSE(queue_.submit(one_more));
  EXPECT_NE(one_more, nullptr);
  queue_.poll();
  EXPECT_TRUE(queue_.submit(one_more));
  EXPECT_EQ(one_more, nullptr);
}

TEST_F(CommitQueueTest, AChangedDirectoryIsPublishedBeforeTheAnswer) {
  const MerchantRow row{"1900000001", "甲", "direct", "121216", "certificate", true, true};
  submit<Do>("add", log_, [&](Batch& batch) { batch.directory.add(row); });
  EXPECT_EQ(directory_.get()->find("1900000001"), nullptr);
  queue_.poll();
  ASSERT_NE(directory_.get()->find("1900000001"), nullptr);
  EXPECT_EQ(directory_.get()->find("1900000001")->name, "甲");
}

TEST_F(CommitQueueTest, ADirectoryThatCouldNotBeReadBackIsNotStored) {
  submit<Count>("a", log_);
  submit<Do>("bad", log_, [](Batch& batch) {
    batch.directory.of<MerchantCertificateRow>().push_back(
        {"1900000001", "AA", "no PEM", {}, {}, false});
  });
  queue_.poll();
  EXPECT_THAT(log_, testing::IsSupersetOf({"a 1", "bad failed"}));
  EXPECT_TRUE(real_->directory()->of<MerchantCertificateRow>().empty());
}

TEST_F(CommitQueueTest, StopCommitsWhatWasSubmittedAndTakesNoMore) {
  for (int i = 0; i < 300; ++i) submit<Count>("w", log_);
  queue_.stop();
  EXPECT_FALSE(submit<Count>("late", log_));
  queue_.run();
  EXPECT_EQ(stored(), 300);
}

TEST_F(CommitQueueTest, AMovedClockWakesTheHookWhileTheQueueIsIdle) {
  std::atomic<bool> completed = false;
  hook_.wake = at(1'000'000);
  hook_.add = [&](Batch&) { completed = true; };
  std::thread writer([&] { queue_.run(); });
  // Once to look whether it is due, then for how long to wait.
  EXPECT_TRUE(eventually([&] { return hook_.asked >= 2; }));
  EXPECT_FALSE(completed);
  clocks_.millis = 1'000'000;
  queue_.wake();
  EXPECT_TRUE(eventually([&] { return completed.load(); }));
  queue_.stop();
  writer.join();
}

TEST_F(CommitQueueTest, ManyThreadsSubmit) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  std::vector<Log> logs(kThreads);  // written by the writer only
  std::thread writer([&] { queue_.run(); });
  std::vector<std::thread> producers;
  for (Log& log : logs) {
    producers.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) EXPECT_TRUE(submit<Count>("w", log));
    });
  }
  for (std::thread& producer : producers) producer.join();
  queue_.stop();
  writer.join();
  EXPECT_EQ(stored(), kThreads * kEach);
  std::set<std::string> answers;
  for (const Log& log : logs) {
    EXPECT_EQ(log.size(), static_cast<std::size_t>(kEach));
    answers.insert(log.begin(), log.end());
  }
  EXPECT_EQ(answers.size(), static_cast<std::size_t>(kThreads * kEach));  // each number once
}

class PatientCount final : public Work {
 public:
  PatientCount(std::string name, Log& log) : count_(std::move(name), log) {}
  bool want(Batch& batch, const coupon::Context& context) override {
    return count_.want(batch, context);
  }
  void decide(Batch& batch, const coupon::Context& context) override {
    count_.decide(batch, context);
  }
  void committed() override { count_.committed(); }
  void failed(const Error& error) override { count_.failed(error); }
  bool may_wait() const override { return true; }

 private:
  Count count_;
};

TEST_F(CommitQueueTest, WhatMayWaitIsCommittedAloneAfterAWhile) {
  std::atomic<bool> completed = false;
  hook_.add = [&](Batch&) { completed = true; };
  submit<PatientCount>("p", log_);
  const auto begun = std::chrono::steady_clock::now();
  std::thread writer([&] { queue_.run(); });
  EXPECT_TRUE(eventually([&] { return completed.load(); }));
  const auto took = std::chrono::steady_clock::now() - begun;
  queue_.stop();
  writer.join();
  EXPECT_EQ(stored(), 1);
  EXPECT_GE(took, limits::kPatientLinger);
}

TEST_F(CommitQueueTest, WhatMayNotWaitTakesAlongWhatMay) {
  std::atomic<bool> completed = false;
  hook_.add = [&](Batch& batch) { completed = batch.state.find<coupon::Sequence>("n")->last == 2; };
  submit<PatientCount>("p", log_);
  submit<Count>("u", log_);
  queue_.stop();
  queue_.run();
  EXPECT_TRUE(completed);
  EXPECT_EQ(std::ranges::count(log_, "commit"), 1);
}

TEST_F(CommitQueueTest, ALingeringBatchIsCommittedAloneAfterAWhile) {
  const Millis linger{50};
  CommitQueue queue(store_, directory_, urls_, random_, clocks_, hook_, {.linger = linger});
  std::atomic<bool> completed = false;
  hook_.add = [&](Batch&) { completed = true; };
  std::unique_ptr<Work> only = std::make_unique<Count>("a", log_);
  EXPECT_TRUE(queue.submit(only));
  const auto begun = std::chrono::steady_clock::now();
  std::thread writer([&] { queue.run(); });
  EXPECT_TRUE(eventually([&] { return completed.load(); }));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, linger);
  queue.stop();
  writer.join();
}

TEST_F(CommitQueueTest, ALingeringBatchWaitsForCompany) {
  CommitQueue queue(store_, directory_, urls_, random_, clocks_, hook_,
                    {.linger = std::chrono::hours(1)});
  std::unique_ptr<Work> first = std::make_unique<Count>("a", log_);
  EXPECT_TRUE(queue.submit(first));
  std::thread writer([&] { queue.run(); });
  std::unique_ptr<Work> second = std::make_unique<Count>("b", log_);
  EXPECT_TRUE(queue.submit(second));
  queue.stop();  // ends the linger
  writer.join();
  EXPECT_EQ(std::ranges::count(log_, "commit"), 1);
  EXPECT_EQ(stored(), 2);
}

}  // namespace
}  // namespace favorhook::store
