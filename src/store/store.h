// The port to the database. SQLite implements it (sqlite/); the same schema and one conformance
// suite hold for others.
//
// Concurrency: a Store is used by one thread at a time, the commit queue's; Readers are made by
// open_reader, one a thread, and see what is committed. Durability: commit returns only when the
// batch survives a power cut. Errors: an Error whose text names the operation; after a failed sync
// the state of the log is unknown and the implementation aborts the process rather than go on.
// Limits: kBatchMax commands a batch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "coupon/state.h"
#include "store/rows.h"
#include "store/scan.h"

namespace favorhook::store {

// Rows of the directory, a list for each of its tables.
class DirectoryRows {
 public:
  template <class Row>
  std::vector<Row>& of() {
    return std::get<std::vector<Row>>(lists_);
  }
  template <class Row>
  const std::vector<Row>& of() const {
    return std::get<std::vector<Row>>(lists_);
  }
  template <class Row>
  void add(Row row) {
    of<Row>().push_back(std::move(row));
  }
  bool empty() const;

 private:
  template <class List>
  struct Lists;
  template <class... Rows>
  struct Lists<TypeList<Rows...>> {
    using Tuple = std::tuple<std::vector<Rows>...>;
  };
  Lists<DirectoryRowTypes>::Tuple lists_;
};

// All that one transaction writes.
struct Batch {
  coupon::State state;
  // In their order: an intent puts its event in flight, with its number and start as the event's
  // `attempts` and `last_attempt`, and the event itself need not be among what changed; a result
  // ends the flight and is inserted, or replaces the one of its (event_seq, number).
  std::vector<Attempt> attempts;
  DirectoryRows directory;  // inserted or replaced by their key

  bool empty() const;  // nothing to write
};

// A receiver with pending events that are not in flight, and when the first is due.
struct DueReceiver {
  std::string receiver;
  BusinessTime due;
};

struct EventFilter {
  std::string receiver = {};  // empty: all
  std::optional<coupon::EventState> state = {};
  std::int64_t before_seq = INT64_MAX;  // newest first, below this
  std::size_t limit = 50;
};

struct EventCount {
  std::string receiver;
  coupon::EventState state;
  std::int64_t count;
};

class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<std::optional<coupon::Callback>> callback(std::string_view mchid) = 0;
  virtual Result<std::optional<coupon::Stock>> stock(std::string_view stock_id) = 0;
  virtual Result<coupon::StockCount> stock_count(std::string_view stock_id) = 0;
  virtual Result<std::vector<coupon::Event>> events(const EventFilter& filter) = 0;
  virtual Result<std::optional<coupon::Event>> event(std::string_view id) = 0;
  virtual Result<std::vector<Attempt>> attempts(std::int64_t event_seq) = 0;  // by number
  virtual Result<std::vector<EventCount>> event_counts() = 0;
  // All that is kept of the business, from one snapshot, streamed; see ScanVisitor.
  virtual Result<void> scan(const ScanVisitor& visitor) = 0;
  // What the store finds wrong with its own files, at most `limit` sentences. Reads all of them.
  virtual std::vector<std::string> damage(std::size_t limit) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Fills every slot that is wanted and not loaded, each table in key order.
  virtual Result<void> load(coupon::State& state) = 0;
  // One durable transaction: every changed slot and every row of the batch. All or nothing.
  virtual Result<void> commit(const Batch& batch) = 0;

  // Pending events of the receiver not in flight, ordered by (due, seq): those due at `now`, and
  // where `caught_up_before` is given also those not yet due whose last attempt was before it. From
  // what is committed.
  virtual Result<std::vector<coupon::Event>> due_events(
      std::string_view receiver, BusinessTime now, std::optional<BusinessTime> caught_up_before,
      std::size_t limit) = 0;
  // When the receiver's next pending event that is not in flight is due.
  virtual Result<std::optional<BusinessTime>> next_due(std::string_view receiver) = 0;
  virtual Result<std::vector<DueReceiver>> due_receivers() = 0;
  // Events in flight and the attempt of each that has no result: what a crash left. At most
  // `limit`, by seq, above `after`.
  virtual Result<std::vector<std::pair<coupon::Event, Attempt>>> open_intents(
      std::int64_t after_seq, std::size_t limit) = 0;
  virtual Result<DirectoryRows> directory() = 0;
  virtual Result<std::unique_ptr<Reader>> open_reader() = 0;
};

}  // namespace favorhook::store
