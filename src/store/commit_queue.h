// Group commit: commands gathered into batches, each one durable transaction, answers let out only
// when it is durable.
//
//   CommitQueue queue(store, directory, hook, clocks, options);
//   queue.submit(std::make_unique<MyWork>(…));      // from any thread
//   std::jthread writer([&] { queue.run(); });      // in a process
//   while (queue.poll()) {}                         // in a simulation: one batch a call
//
// Operation: a batch closes when the previous commit has returned (a linger is configurable); one
// in which nobody waits for anything is held open a little for company. It
// asks each Work for its keys in rounds, loads them in order, lets each decide over the overlay,
// lets the hook complete the batch (delivery adds the intents of attempts), commits, then tells
// hook and Works. A Work that an earlier one of the batch led to rows nobody loaded goes into the
// next batch. A batch whose commit fails is tried again Work by Work, so that one cannot harm
// others. Output gate: Work::committed is called only after the commit was durable. Concurrency:
// submit and wake from any thread; everything else on the writer's thread. Limits: kCommitQueueMax
// waiting Works, beyond which submit gives the Work back; kBatchMax a batch.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clocks.h"
#include "base/metrics.h"
#include "base/result.h"
#include "coupon/decide.h"
#include "coupon/directory.h"
#include "store/store.h"

namespace favorhook::store {

// One command in the queue. Each call is on the writer's thread; a Work hands its answer to its own
// executor.
class Work {
 public:
  virtual ~Work() = default;
  // Asks for rows; true where it asked for more. Called again after each load, at most
  // kKeyRoundsMax times, and once more before decide.
  virtual bool want(Batch& batch, const coupon::Context& context) = 0;
  // Changes the batch, or refuses and leaves it alone; keeps its outcome. May be called again after
  // a failed commit.
  virtual void decide(Batch& batch, const coupon::Context& context) = 0;
  // The batch is durable: let the outcome out.
  virtual void committed() = 0;
  // Nothing was stored.
  virtual void failed(const Error& error) = 0;
  // Whether nobody waits for the outcome, so that it may share the flush of a later Work.
  virtual bool may_wait() const { return false; }
};

// What takes part in every batch: delivery's dispatcher.
class BatchHook {
 public:
  virtual ~BatchHook() = default;
  // After all Works have decided: looks at changed events, adds intents of attempts.
  virtual void complete(Batch& batch, Store& store, const coupon::Context& context) = 0;
  virtual void committed() = 0;
  // The batch was not stored: forget what complete() took.
  virtual void aborted() = 0;
  // When the hook wants a batch though no Work waits.
  virtual std::optional<BusinessTime> wake_at() const = 0;
};

struct CommitQueueOptions {
  bool sandbox = false;
  Micros linger{0};            // how long a batch waits for company
  Metrics* metrics = nullptr;  // counts what is committed, where it is given
};

class CommitQueue {
 public:
  CommitQueue(Store& store, coupon::DirectoryHolder& directory, const coupon::UrlPolicy& url_policy,
              Random& random, const Clocks& clocks, BatchHook& hook, CommitQueueOptions options);
  ~CommitQueue();

  // False, and `work` untouched, where the queue is full or stopping.
  bool submit(std::unique_ptr<Work>& work);
  // The clock was moved or the hook has news: look again.
  void wake();

  // Until stop(); what was submitted before it is still committed.
  void run();
  void stop();
  // At most one batch, now. True where there was one.
  bool poll();

  std::size_t waiting() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace favorhook::store
