// Decides which events are tried now: the part of delivery that takes part in every batch of the
// commit queue.
//
//   Dispatcher dispatcher(options, random, metrics);
//   CommitQueue queue(store, …, dispatcher, …);
//   dispatcher.recover(store, now);                    // before the queue runs
//   dispatcher.on_launch([&](AttemptOrder order) { … post to a sender … });
//   dispatcher.on_not_recorded([&](AttemptReport report) { … record it again after a pause … });
//   queue.submit(dispatcher.record(report));           // from a sender, until the queue takes it
//   queue.submit(dispatcher.resend(event_seq, done));  // an operator asks
//
// Operation: in each batch it (1) gives a free slot to every changed event that is pending and due,
// (2) claims further due events of receivers that have room, from the index on disk, and (3) writes
// the intent of each into the same transaction. After the commit the attempts are launched; nothing
// is sent before its intent is durable. An event whose merchant has lost its URL, key or push since
// is withheld instead. In memory it keeps a window and the next due time for each receiver that has
// pending events, and of the events only those in flight, as they are stored, so that a result need
// not read its event. Recovery: intents without a result become attempts of outcome unknown, their
// events are due at once, not counted up to kUnknownAttemptsMax.
// No result may be lost: while the process lives, an event without one stays in flight and keeps
// its slot. So a sender submits its record until the queue takes it, and again after
// on_not_recorded.
// Thread safety: BatchHook's calls and recover on the writer's thread, where on_launch,
// on_not_recorded and ResendDone are called too; record and resend only make Works. Ownership: it
// outlives its Works. Limits: kInFlightMax, kInFlightPerReceiverMax, kClaimMax, kClaimPerBatchMax,
// kClaimReceiversMax.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "base/metrics.h"
#include "delivery/ladder.h"
#include "delivery/sender.h"
#include "store/commit_queue.h"

namespace favorhook::delivery {

struct DispatcherOptions {
  Ladder ladder = Ladder::documented;
  std::uint32_t in_flight_max = limits::kInFlightMax;  // of the node
};

// For resend: the event as it is now, or nothing where there is no such event.
using ResendDone = std::move_only_function<void(Result<std::optional<coupon::Event>>)>;

class Dispatcher final : public store::BatchHook {
 public:
  Dispatcher(DispatcherOptions options, Random& random, Metrics& metrics);
  ~Dispatcher() override;

  void on_launch(std::function<void(AttemptOrder)> launch);
  // Gets the report of a record whose commit failed.
  void on_not_recorded(std::function<void(AttemptReport)> again);
  // Brings back what a stop or crash left. Commits in bounded batches.
  Result<void> recover(store::Store& store, BusinessTime now);

  // The process is about to stop: from the next batch on no event is begun, and what was launched
  // ends as ever. From any thread.
  void drain();

  std::unique_ptr<store::Work> record(AttemptReport report);
  // Makes the event due now, whatever its state, with its ladder from the start. `event_seq` is the
  // internal key.
  std::unique_ptr<store::Work> resend(std::int64_t event_seq, ResendDone done);

  void complete(store::Batch& batch, store::Store& store, const coupon::Context& context) override;
  void committed() override;
  void aborted() override;
  std::optional<BusinessTime> wake_at() const override;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace favorhook::delivery
