// What the checkers are given: what the world saw, and what the node's files say after it stopped.
//
//   Evidence evidence{workload, history, read_ledger(*store, history)};
//   for (const Checker& checker : all_checkers()) checker.check(evidence, faults);
//
// A checker is a function that adds a sentence for each thing that must not be. Each names the rule
// that it holds.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/history.h"
#include "sim/workload.h"
#include "store/store.h"

namespace favorhook::sim {

struct Ledger {
  std::vector<coupon::Event> events;                             // by seq
  std::map<std::int64_t, std::vector<store::Attempt>> attempts;  // by event, in order of number
  std::vector<store::EventCount> counts;
  std::map<std::string, coupon::Coupon> coupons;    // by code: those that clients were told of
  std::map<std::string, std::int64_t> sent_counts;  // by stock: total_send_num
  std::map<std::string, std::string> urls;          // by merchant; no URL: not here
  store::DirectoryRows directory;
};

struct Evidence {
  const Workload& workload;
  const History& history;
  const Ledger& ledger;
};

using Faults = std::vector<std::string>;

struct Checker {
  std::string_view name;
  void (*check)(const Evidence& evidence, Faults& faults);
};

Ledger read_ledger(store::Store& store, const History& history);
std::span<const Checker> all_checkers();

// Rule 1: every coupon that a client was told of exists and has its event, and every setting is one
// that was acknowledged last or asked for since; a stock never has more coupons than it may.
void check_acknowledged(const Evidence& evidence, Faults& faults);
// Rule 2: accepted = withheld + pending + delivered + exhausted + cancelled, per merchant.
void check_accounting(const Evidence& evidence, Faults& faults);
// Rule 3: each POST that was seen is one attempt, by its nonce, and none is seen twice; the ledger
// says of none that it was seen or not seen where the receiver knows better.
void check_posts(const Evidence& evidence, Faults& faults);
// Rule 4: each POST verified and opened with the keys in force when it left, and told of its own
// event. The world itself opens them, at that moment, and looks at the answers' signatures.
void check_keys(const Evidence& evidence, Faults& faults);
// Rule 5: a merchant whose receiver is well has its notifications at once, whatever the others' do.
void check_isolation(const Evidence& evidence, Faults& faults);
// A receiver that recovers in time gets all of its events, nothing is pending in the end, and what
// is withheld has its reason.
void check_delivered(const Evidence& evidence, Faults& faults);
// No attempt is earlier than its step of the ladder, and an event is exhausted at the ladder's end
// and not before.
void check_ladder(const Evidence& evidence, Faults& faults);

}  // namespace favorhook::sim
