#include "store/commit_queue.h"

#include <algorithm>
#include <ranges>
#include <span>
#include <vector>

#include "base/check.h"
#include "base/fault_point.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/probe.h"
#include "store/directory_rows.h"

namespace favorhook::store {

using Works = std::vector<std::unique_ptr<Work>>;
using DirectoryHandle = std::shared_ptr<const coupon::Directory>;

struct CommitQueue::Inside {
  Store& store;
  coupon::DirectoryHolder& directory;
  const coupon::UrlPolicy& url_policy;
  Random& random;
  const Clocks& clocks;
  BatchHook& hook;
  const CommitQueueOptions options;

  mutable std::mutex mutex;  // of the members up to the blank line
  std::condition_variable changed;
  std::deque<std::unique_ptr<Work>> queue;
  std::size_t urgent = 0;  // of those in the queue, how many may not wait
  bool stopping = false;
  bool woken = false;

  MonotonicTime hook_not_before{};  // writer's thread

  Works take();
  bool done() const;
  bool hook_is_due() const;
  Millis until_hook() const;
  void wait_for_work();
  void linger();
  void run_batch(Works works);
  Result<void> try_batch(std::span<std::unique_ptr<Work>> works);
  Result<void> collect(std::span<const std::unique_ptr<Work>> works, Batch& batch,
                       const coupon::Context& context);
  void put_back(const std::vector<std::unique_ptr<Work>*>& crossed);
  Result<void> commit(const Batch& batch);
  void count(const Batch& batch, std::size_t commands, MonotonicTime begun);
};

Works CommitQueue::Inside::take() {
  const std::lock_guard lock(mutex);
  const std::size_t most = fault("commit_queue.small_batch") ? 1 : limits::kBatchMax;
  const std::size_t count = std::min(queue.size(), most);
  const auto end = queue.begin() + static_cast<std::ptrdiff_t>(count);
  Works works(std::make_move_iterator(queue.begin()), std::make_move_iterator(end));
  queue.erase(queue.begin(), end);
  urgent -= static_cast<std::size_t>(
      std::ranges::count_if(works, [](const auto& work) { return !work->may_wait(); }));
  return works;
}

bool CommitQueue::Inside::done() const {
  const std::lock_guard lock(mutex);
  return stopping && queue.empty();
}

bool CommitQueue::Inside::hook_is_due() const {
  const std::optional<BusinessTime> at = hook.wake_at();
  return at && *at <= clocks.business() && hook_not_before <= clocks.monotonic();
}

// At most kCommitLookAgain, since the business clock may be moved at any time.
Millis CommitQueue::Inside::until_hook() const {
  const std::optional<BusinessTime> at = hook.wake_at();
  if (!at) return limits::kCommitLookAgain;
  const Millis pause = std::chrono::ceil<Millis>(hook_not_before - clocks.monotonic());
  return std::clamp(std::max(*at - clocks.business(), pause), Millis(0), limits::kCommitLookAgain);
}

void CommitQueue::Inside::wait_for_work() {
  const Millis at_most = until_hook();
  std::unique_lock lock(mutex);
  changed.wait_for(lock, at_most, [this] { return !queue.empty() || stopping || woken; });
  woken = false;
}

void CommitQueue::Inside::linger() {
  std::unique_lock lock(mutex);
  if (queue.empty()) return;
  if (options.linger > Micros(0)) {
    changed.wait_for(lock, options.linger,
                     [this] { return queue.size() >= limits::kBatchMax || stopping; });
  }
  changed.wait_for(lock, limits::kPatientLinger, [this] {
    return urgent > 0 || queue.size() >= limits::kPatientBatch || stopping;
  });
}

void CommitQueue::Inside::run_batch(Works works) {
  const Result<void> done = try_batch(works);
  if (done) return;
  if (works.empty()) {
    probe("commit_queue.hook_batch_failed");
    log_error("hook_batch_failed", {{"reason", done.error().what}});
    hook_not_before = clocks.monotonic() + limits::kCommitRetryPause;
    return;
  }
  if (works.size() == 1) return works.front()->failed(done.error());
  probe("commit_queue.work_by_work");
  for (std::unique_ptr<Work>& work : works) {
    if (const Result<void> alone = try_batch({&work, 1}); !alone) work->failed(alone.error());
  }
}

// One batch from its keys to the opened gate. Where it fails, nothing was stored and nobody was
// told. What an earlier Work of the batch put may lead another to rows that nobody loaded (a
// person's, a stock's): such a one waits for the next batch.
Result<void> CommitQueue::Inside::try_batch(std::span<std::unique_ptr<Work>> works) {
  const DirectoryHandle seen = directory.get();
  const coupon::Context context{*seen, url_policy, random, clocks.business(), options.sandbox};
  Batch batch;
  if (Result<void> done = collect(works, batch, context); !done) return done;
  std::vector<Work*> decided;
  std::vector<std::unique_ptr<Work>*> crossed;
  for (std::unique_ptr<Work>& work : works) {
    if (!decided.empty() && work->want(batch, context)) {
      crossed.push_back(&work);
      continue;
    }
    work->decide(batch, context);
    decided.push_back(work.get());
  }
  hook.complete(batch, store, context);
  const MonotonicTime begun = clocks.monotonic();
  if (Result<void> done = commit(batch); !done) {
    hook.aborted();
    return done;
  }
  count(batch, decided.size(), begun);
  hook.committed();
  for (Work* work : decided) work->committed();
  put_back(crossed);
  return {};
}

// At the front, in their order.
void CommitQueue::Inside::put_back(const std::vector<std::unique_ptr<Work>*>& crossed) {
  if (crossed.empty()) return;
  const std::lock_guard lock(mutex);
  for (std::unique_ptr<Work>* work : crossed | std::views::reverse) {
    if (!(*work)->may_wait()) ++urgent;
    queue.push_front(std::move(*work));
  }
}

Result<void> CommitQueue::Inside::collect(std::span<const std::unique_ptr<Work>> works,
                                          Batch& batch, const coupon::Context& context) {
  for (int round = 0; round < limits::kKeyRoundsMax; ++round) {
    bool more = false;
    for (const std::unique_ptr<Work>& work : works) more = work->want(batch, context) || more;
    if (!more) return {};
    if (Result<void> loaded = store.load(batch.state); !loaded) return loaded;
  }
  return {};
}

// A directory that could not be read back would keep the next start from coming up, so the new one
// is made before the transaction and published after it.
Result<void> CommitQueue::Inside::commit(const Batch& batch) {
  if (batch.empty()) return {};
  if (batch.directory.empty()) return store.commit(batch);
  Result<DirectoryHandle> next = with_changes(*directory.get(), batch.directory);
  if (!next) return fail(std::move(next.error()));
  if (Result<void> done = store.commit(batch); !done) return done;
  directory.publish(std::move(*next));
  return {};
}

void CommitQueue::Inside::count(const Batch& batch, std::size_t commands, MonotonicTime begun) {
  if (options.metrics == nullptr || batch.empty()) return;
  options.metrics->batches.add();
  options.metrics->commands.add(commands);
  const std::chrono::duration<double> taken = clocks.monotonic() - begun;
  options.metrics->commit_seconds.observe(taken.count());
}

CommitQueue::CommitQueue(Store& store, coupon::DirectoryHolder& directory,
                         const coupon::UrlPolicy& url_policy, Random& random, const Clocks& clocks,
                         BatchHook& hook, CommitQueueOptions options)
    : inside_(new Inside{store, directory, url_policy, random, clocks, hook, options, {}, {}, {}}) {
}

CommitQueue::~CommitQueue() {
  for (const std::unique_ptr<Work>& work : inside_->queue) {
    work->failed(Error{"the commit queue was closed"});
  }
}

bool CommitQueue::submit(std::unique_ptr<Work>& work) {
  CHECK(work != nullptr);
  const bool patient = work->may_wait();
  std::size_t waiting = 0;
  {
    const std::lock_guard lock(inside_->mutex);
    const bool full =
        inside_->queue.size() >= limits::kCommitQueueMax || fault("commit_queue.full");
    if (full) probe("commit_queue.full");
    if (inside_->stopping || full) return false;
    inside_->queue.push_back(std::move(work));
    if (!patient) ++inside_->urgent;
    waiting = inside_->queue.size();
  }
  // A patient Work wakes the writer only where it is the first, or makes the batch large enough.
  if (!patient || waiting == 1 || waiting == limits::kPatientBatch) inside_->changed.notify_one();
  return true;
}

void CommitQueue::wake() {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->woken = true;
  }
  inside_->changed.notify_one();
}

void CommitQueue::run() {
  while (!inside_->done()) {
    inside_->linger();
    if (!poll()) inside_->wait_for_work();
  }
}

void CommitQueue::stop() {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->stopping = true;
  }
  inside_->changed.notify_one();
}

bool CommitQueue::poll() {
  Works works = inside_->take();
  if (works.empty() && !inside_->hook_is_due()) return false;
  inside_->run_batch(std::move(works));
  return true;
}

std::size_t CommitQueue::waiting() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->queue.size();
}

}  // namespace favorhook::store
