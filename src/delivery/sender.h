// One loop's attempts: seals an event with the key of the moment, POSTs it, judges the answer,
// hands the result back.
//
//   Sender sender(deps);
//   sender.start(order);   // on the sender's executor; report is called once, on the same executor
//
// Thread safety: its executor's thread only. Ownership: the sender outlives its attempts. Limits:
// kAttemptTime.
#pragma once

#include <functional>

#include "base/executor.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/transport.h"
#include "coupon/platform_signers.h"
#include "delivery/judge.h"
#include "store/rows.h"

namespace favorhook::delivery {

// An attempt whose intent is durable.
struct AttemptOrder {
  coupon::Event event;
  store::Attempt intent;
  bool retry_at_once = false;  // the second try after a reused connection died, and the last
};

// What became of it: the attempt with its result filled in but for next_due, which the ladder sets.
struct AttemptReport {
  store::Attempt attempt;
  Consequence consequence;
};

struct SenderDeps {
  Transport& transport;
  const coupon::DirectoryHolder& directory;
  coupon::SignerFactory make_signer;
  const Clocks& clocks;
  Random& random;
  Metrics& metrics;
  std::function<void(AttemptReport)> report;
};

class Sender {
 public:
  explicit Sender(SenderDeps deps);
  void start(AttemptOrder order);

 private:
  void finish(AttemptOrder order, PostResult result);
  void not_sent(AttemptOrder order, Judgement judgement, std::string detail);
  void report(store::Attempt attempt, Judgement judgement);

  SenderDeps deps_;
  coupon::DirectoryReader directory_;
  coupon::PlatformSigners signers_;
};

}  // namespace favorhook::delivery
