// The dispatcher's memory: for each receiver that has pending events its window and when its next
// event is due, and who may be served next.
//
//   book.begin();                                                        // a batch
//   for (const std::string& name : book.next_ready(now, 64)) {
//     book.served(name);
//     while (book.room(name) > 0 && …) book.take(name);
//   }
//   book.settle(now);                          // or book.roll_back() where it was not stored
//
// Operation: a receiver with room sleeps until its due time, then stands in a queue of turns; being
// served puts it at the end (round-robin). Every change is noted, with what was before, until the
// next begin(). Order never depends on a hash. Thread safety: the writer's thread. Limits: one
// entry a receiver with pending events; kInFlightMax POSTs in all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clocks.h"
#include "delivery/isolation.h"

namespace favorhook::delivery {

class ReceiverBook {
 public:
  explicit ReceiverBook(std::uint32_t in_flight_max) : in_flight_max_(in_flight_max) {}

  // Starts a batch: what was changed before stays.
  void begin();
  // Takes back every change since begin().
  void roll_back();
  // Puts the receivers changed since begin() where their due times and windows say, and forgets
  // those for which nothing is pending or in flight.
  void settle(BusinessTime now);

  // Free slots of the receiver's window, as far as the node has any.
  std::uint32_t room(const std::string& name) const;
  std::uint32_t node_room() const { return in_flight_max_ - in_flight_; }
  std::uint32_t in_flight() const { return in_flight_; }
  // True where older events of the receiver are due and not yet in flight.
  bool has_backlog(const std::string& name, BusinessTime now) const;
  std::optional<BusinessTime> catch_up_before(const std::string& name) const;

  void take(const std::string& name);
  void cancel(const std::string& name);
  void give_back(const std::string& name, bool success, BusinessTime now);
  void caught_up(const std::string& name) { edit(name).window.caught_up(); }
  void assume_outage(const std::string& name) { edit(name).window.assume_outage(); }
  // The next event is due then, or earlier.
  void remember_due(const std::string& name, BusinessTime due);
  void set_due(const std::string& name, std::optional<BusinessTime> due) { edit(name).due = due; }
  // Its turn is over: it goes to the end of the queue.
  void served(const std::string& name) { edit(name).turn = 0; }

  // The receivers whose turn it is, at most `limit`, in order.
  std::vector<std::string> next_ready(BusinessTime now, std::size_t limit);
  // When next_ready has something to tell; nothing while every slot is taken.
  std::optional<BusinessTime> wake_at() const;
  std::size_t size() const { return receivers_.size(); }

 private:
  struct Receiver {
    ReceiverWindow window;
    std::optional<BusinessTime> due;  // of its next event that is not in flight
    std::uint64_t turn = 0;           // its place in the queue; 0: not in it
  };

  // The receiver, made where there is none, out of the queue until settle().
  Receiver& edit(const std::string& name);
  void put_in_place(BusinessTime now);
  void place(const std::string& name, const Receiver& receiver);
  void unplace(const std::string& name, const Receiver& receiver);

  std::uint32_t in_flight_max_;
  std::uint32_t in_flight_ = 0;
  std::uint64_t last_turn_ = 0;
  std::map<std::string, Receiver> receivers_;
  std::set<std::pair<BusinessTime, std::string>> sleeping_;  // by due time
  std::set<std::pair<std::uint64_t, std::string>> ready_;    // by turn

  // What the receivers changed since begin() were before; nothing: there was none.
  std::map<std::string, std::optional<Receiver>> before_;
  std::uint32_t in_flight_before_ = 0;
};

}  // namespace favorhook::delivery
