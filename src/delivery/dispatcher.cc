#include "delivery/dispatcher.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/fault_point.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/probe.h"
#include "coupon/coupon_event.h"
#include "delivery/attempt_end.h"
#include "delivery/receiver_book.h"
#include "delivery/works.h"

namespace favorhook::delivery {
namespace {

using coupon::Event;
using coupon::EventState;

// An event that has a slot in its receiver's window.
struct Candidate {
  Event event;
  bool retry_at_once = false;
};

// Why a receiver is not told, asked once a batch.
using Reasons = std::map<std::string, coupon::WithheldReason, std::less<>>;

// What a batch adds to the counters once it is durable.
struct Counts {
  std::uint64_t accepted = 0, withheld = 0, delivered = 0, exhausted = 0, failed = 0;
};

bool is_changed(const store::Batch& batch, std::int64_t seq) {
  return batch.state.changed<coupon::Event>(seq);
}

bool waits(const Event& event) {
  return event.state == EventState::pending && !event.in_flight;
}

// Of a row that the store has; a claimed one is not in the batch before.
void rewrite(store::Batch& batch, const Event& event) {
  adopt(batch, event);
  batch.state.put(event);
}

// A result, as against an intent.
bool is_result(const store::Attempt& attempt) {
  return attempt.verdict != Verdict::none;
}

}  // namespace

struct Dispatcher::Inside {
  Inside(DispatcherOptions o, Random& r, Metrics& m)
      : options(o), random(r), metrics(m), book(o.in_flight_max) {}

  void complete(store::Batch& batch, store::Store& store, const coupon::Context& context);
  void end_attempts(store::Batch& batch, BusinessTime now);
  void take_changed(const store::Batch& batch, BusinessTime now);
  void claim(store::Batch& batch, store::Store& store, BusinessTime now);
  std::size_t claim_of(const std::string& receiver, std::size_t limit, store::Batch& batch,
                       store::Store& store, BusinessTime now);
  bool load_callbacks(store::Batch& batch, store::Store& store, BusinessTime now);
  void begin_attempt(store::Batch& batch, const coupon::Context& context, Candidate& candidate,
                     Reasons& reasons);
  coupon::WithheldReason reason_for(const std::string& receiver, const store::Batch& batch,
                                    const coupon::Context& context, Reasons& reasons) const;
  void forget_batch();
  Result<bool> settle_intents(store::Store& store, BusinessTime now, std::int64_t& after);

  DispatcherOptions options;
  Random& random;
  Metrics& metrics;
  std::function<void(AttemptOrder)> launch;
  std::function<void(AttemptReport)> not_recorded;
  ReceiverBook book;
  Flying flying;
  std::atomic<bool> draining{false};

  // The batch in work; all empty between batches.
  std::vector<Candidate> candidates;
  std::set<std::int64_t> taken;    // seqs of candidates
  std::vector<const Event*> left;  // changed in this batch, waiting
  std::vector<AttemptOrder> orders;
  std::vector<std::int64_t> landed;  // seqs of events whose attempt has ended
  std::vector<Event> flown;          // events in flight as this batch leaves them
  Counts counts;
};

void Dispatcher::Inside::complete(store::Batch& batch, store::Store& store,
                                  const coupon::Context& context) {
  book.begin();
  forget_batch();
  end_attempts(batch, context.now);
  take_changed(batch, context.now);
  claim(batch, store, context.now);
  if (load_callbacks(batch, store, context.now)) {
    Reasons reasons;
    batch.attempts.reserve(batch.attempts.size() + candidates.size());
    orders.reserve(candidates.size());
    flown.reserve(flown.size() + candidates.size());
    for (Candidate& candidate : candidates) begin_attempt(batch, context, candidate, reasons);
  }
  book.settle(context.now);
}

void Dispatcher::Inside::forget_batch() {
  candidates.clear();
  taken.clear();
  orders.clear();
  landed.clear();
  flown.clear();
  counts = {};
}

// Results of this batch give their slots back, so that they are free again in the same batch. Only
// the second try of an attempt whose kept connection had died holds on to its slot: it goes out in
// any case.
void Dispatcher::Inside::end_attempts(store::Batch& batch, BusinessTime now) {
  for (const store::Attempt& attempt : batch.attempts) {
    if (!is_result(attempt)) continue;
    const Event& event = *batch.state.find<coupon::Event>(attempt.event_seq);
    landed.push_back(event.seq);
    const bool delivered = attempt.verdict == Verdict::acknowledged;
    if (delivered) ++counts.delivered;
    if (!delivered) ++counts.failed;
    if (event.state == EventState::exhausted) ++counts.exhausted;
    if (event.state == EventState::withheld) ++counts.withheld;
    if (attempt.verdict == Verdict::connection_lost && waits(event)) {
      probe("delivery.second_try_on_a_new_connection");
      candidates.push_back({event, true});
      taken.insert(event.seq);
    } else if (attempt.counted) {
      book.give_back(event.receiver, delivered, now);
    } else {
      book.cancel(event.receiver);
    }
  }
}

// New events, and old ones that a command made due, go out with this batch where a slot is free and
// no older event of the receiver waits for it. The last quarter of the node's slots is given by
// turns only, so that a stream of new events cannot keep others from theirs.
void Dispatcher::Inside::take_changed(const store::Batch& batch, BusinessTime now) {
  std::vector<const Event*> later;
  for (const auto& [key, slot] : batch.state.table<coupon::Event>().slots()) {
    if (!slot.changed) continue;
    const Event& event = *slot.row;
    if (slot.is_new) ++counts.accepted;
    if (slot.is_new && event.state == EventState::withheld) ++counts.withheld;
    if (event.in_flight) flown.push_back(event);
    if (!waits(event) || taken.contains(event.seq)) continue;
    const bool direct = !draining && event.due <= now && book.room(event.receiver) > 0 &&
                        book.node_room() > options.in_flight_max / 4 &&
                        !book.has_backlog(event.receiver, now);
    if (!direct) {
      later.push_back(&event);
      continue;
    }
    book.take(event.receiver);
    taken.insert(event.seq);
    candidates.push_back({event, false});
  }
  left = std::move(later);
}

void Dispatcher::Inside::claim(store::Batch& batch, store::Store& store, BusinessTime now) {
  std::size_t budget = draining ? 0 : limits::kClaimPerBatchMax;
  for (const std::string& receiver : book.next_ready(now, limits::kClaimReceiversMax)) {
    const std::size_t limit =
        std::min({std::size_t(book.room(receiver)), limits::kClaimMax, budget});
    if (limit == 0) break;
    budget -= claim_of(receiver, limit, batch, store, now);
  }
  // After the claims, which set what the store knows: these are not stored yet.
  for (const Event* event : left) book.remember_due(event->receiver, event->due);
  left.clear();
}

std::size_t Dispatcher::Inside::claim_of(const std::string& receiver, std::size_t limit,
                                         store::Batch& batch, store::Store& store,
                                         BusinessTime now) {
  book.served(receiver);
  auto events = store.due_events(receiver, now, book.catch_up_before(receiver), limit);
  auto next = events && events->empty() ? store.next_due(receiver)
                                        : Result<std::optional<BusinessTime>>(now);
  if (!events || !next) {
    probe("delivery.due_events_unreadable");
    log_error("due_events_unreadable",
              {{"receiver", receiver}, {"reason", (events ? next.error() : events.error()).what}});
    book.caught_up(receiver);
    book.set_due(receiver, now + limits::kStoreRetryPause);
    return 0;
  }
  if (events->size() < limit) book.caught_up(receiver);
  // What is claimed here is still due in the store, so when the rest is due is asked in the next
  // batch.
  book.set_due(receiver, *next);
  std::size_t claimed = 0;
  for (Event& event : *events) {
    if (is_changed(batch, event.seq)) continue;
    book.take(receiver);
    taken.insert(event.seq);
    candidates.push_back({std::move(event), false});
    ++claimed;
  }
  return claimed;
}

bool Dispatcher::Inside::load_callbacks(store::Batch& batch, store::Store& store,
                                        BusinessTime now) {
  for (const Candidate& candidate : candidates)
    batch.state.want<coupon::Callback>(candidate.event.receiver);
  const auto loaded = store.load(batch.state);
  if (loaded) return true;
  probe("delivery.callbacks_unreadable");
  log_error("callbacks_unreadable", {{"reason", loaded.error().what}});
  for (const Candidate& candidate : candidates) {
    book.cancel(candidate.event.receiver);
    book.set_due(candidate.event.receiver, now + limits::kStoreRetryPause);
  }
  return false;
}

// The intent goes into the batch; or the event is withheld, where its merchant has lost what it
// takes.
void Dispatcher::Inside::begin_attempt(store::Batch& batch, const coupon::Context& context,
                                       Candidate& candidate, Reasons& reasons) {
  Event& event = candidate.event;
  event.withheld_reason = reason_for(event.receiver, batch, context, reasons);
  if (event.withheld_reason != coupon::WithheldReason::none) {
    probe("delivery.withheld_at_its_turn");
    event.state = EventState::withheld;
    ++counts.withheld;
    book.cancel(event.receiver);
    rewrite(batch, event);
    return;
  }
  // The intent says all that changes in an event that was due.
  const bool rewritten = is_changed(batch, event.seq) || event.due > context.now;
  begin_flight(event, context.now);
  if (rewritten) rewrite(batch, event);
  store::Attempt& intent = batch.attempts.emplace_back();
  intent.event_seq = event.seq;
  intent.number = event.attempts;
  intent.nonce = wechatpay_nonce(random);
  intent.url = batch.state.find<coupon::Callback>(event.receiver)->notify_url;
  intent.started = context.now;
  flown.push_back(event);
  orders.push_back({std::move(event), intent, candidate.retry_at_once});
}

coupon::WithheldReason Dispatcher::Inside::reason_for(const std::string& receiver,
                                                      const store::Batch& batch,
                                                      const coupon::Context& context,
                                                      Reasons& reasons) const {
  if (const auto known = reasons.find(receiver); known != reasons.end()) return known->second;
  const auto reason =
      coupon::withheld_reason(context.directory.find(receiver),
                              batch.state.find<coupon::Callback>(receiver), context.url_policy);
  return reasons[receiver] = reason;
}

// One transaction of recover(): true where there was something to settle.
Result<bool> Dispatcher::Inside::settle_intents(store::Store& store, BusinessTime now,
                                                std::int64_t& after) {
  const std::size_t most = fault("delivery.small_recovery") ? 1 : limits::kRecoverBatchMax;
  auto open = store.open_intents(after, most);
  if (!open) return fail(std::move(open.error()));
  if (open->empty()) return false;
  probe("delivery.intents_recovered");
  store::Batch batch;
  for (auto& [event, attempt] : *open) {
    after = event.seq;
    adopt(batch, event);
    end_unknown(event, attempt, options.ladder, now);
    batch.state.put(std::move(event));
    batch.attempts.push_back(std::move(attempt));
  }
  if (auto stored = store.commit(batch); !stored) return fail(std::move(stored.error()));
  return true;
}

Dispatcher::Dispatcher(DispatcherOptions options, Random& random, Metrics& metrics)
    : inside_(std::make_unique<Inside>(options, random, metrics)) {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::on_launch(std::function<void(AttemptOrder)> launch) {
  inside_->launch = std::move(launch);
}

void Dispatcher::on_not_recorded(std::function<void(AttemptReport)> again) {
  inside_->not_recorded = std::move(again);
}

Result<void> Dispatcher::recover(store::Store& store, BusinessTime now) {
  std::int64_t after = 0;
  for (;;) {
    const auto more = inside_->settle_intents(store, now, after);
    if (!more) return fail(more.error());
    if (!*more) break;
  }
  const auto receivers = store.due_receivers();
  if (!receivers) return fail(receivers.error());
  inside_->book.begin();
  for (const store::DueReceiver& each : *receivers) {
    inside_->book.set_due(each.receiver, each.due);
    inside_->book.assume_outage(each.receiver);
  }
  inside_->book.settle(now);
  return {};
}

void Dispatcher::drain() {
  inside_->draining = true;
}

std::unique_ptr<store::Work> Dispatcher::record(AttemptReport report) {
  return make_record_work(std::move(report), inside_->options.ladder, inside_->flying,
                          [inside = inside_.get()](AttemptReport unrecorded) {
                            log_error("result_not_stored",
                                      {{"event_seq", unrecorded.attempt.event_seq}});
                            if (inside->not_recorded) inside->not_recorded(std::move(unrecorded));
                          });
}

std::unique_ptr<store::Work> Dispatcher::resend(std::int64_t event_seq, ResendDone done) {
  return make_resend_work(event_seq, std::move(done));
}

void Dispatcher::complete(store::Batch& batch, store::Store& store,
                          const coupon::Context& context) {
  inside_->complete(batch, store, context);
}

void Dispatcher::committed() {
  Inside& in = *inside_;
  in.book.begin();
  in.metrics.events_accepted.add(in.counts.accepted);
  in.metrics.events_withheld.add(in.counts.withheld);
  in.metrics.events_delivered.add(in.counts.delivered);
  in.metrics.events_exhausted.add(in.counts.exhausted);
  in.metrics.attempts_failed.add(in.counts.failed);
  in.metrics.attempts.add(in.orders.size());
  in.metrics.attempts_in_flight.set(in.book.in_flight());
  in.counts = {};
  for (const std::int64_t seq : std::exchange(in.landed, {})) in.flying.erase(seq);
  for (Event& event : std::exchange(in.flown, {})) {
    in.flying.insert_or_assign(event.seq, std::move(event));
  }
  for (AttemptOrder& order : std::exchange(in.orders, {})) in.launch(std::move(order));
}

void Dispatcher::aborted() {
  inside_->book.roll_back();
  inside_->forget_batch();
}

std::optional<BusinessTime> Dispatcher::wake_at() const {
  return inside_->draining ? std::nullopt : inside_->book.wake_at();
}

}  // namespace favorhook::delivery
