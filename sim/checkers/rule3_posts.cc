#include <fmt/format.h>

#include <optional>

#include "delivery/judge.h"
#include "sim/checkers/evidence.h"

namespace favorhook::sim {
namespace {

using coupon::Event;
using delivery::Seen;
using store::Attempt;

using SeenByNonce = std::map<std::string, const SeenPost*>;

SeenByNonce by_nonce(const History& history, Faults& faults) {
  SeenByNonce seen;
  for (const SeenPost& post : history.seen) {
    if (!seen.emplace(post.nonce, &post).second) {
      faults.push_back(fmt::format("nonce {} was seen twice", post.nonce));
    }
  }
  return seen;
}

void check_attempt(const Event& event, const Attempt& attempt, const SeenPost* seen,
                   bool clock_is_true, Faults& faults) {
  const std::string name = fmt::format("attempt {} of event {}", attempt.number, event.seq);
  const Seen says = delivery::seen_by_receiver(attempt.verdict);
  if (says != Seen::open && (says == Seen::yes) != (seen != nullptr)) {
    faults.push_back(fmt::format("{} is recorded as {}, but the receiver saw it {}", name,
                                 to_text(attempt.verdict),
                                 seen == nullptr ? "not" : "all the same"));
  }
  if (seen == nullptr) return;
  if (seen->event_id != event.id || seen->receiver != event.receiver) {
    faults.push_back(fmt::format("{} was seen as one of event {}", name, seen->event_id));
  }
  if (clock_is_true && seen->at < attempt.started) {
    faults.push_back(name + " was seen before it started");
  }
  if (attempt.verdict == store::Verdict::acknowledged && attempt.status != seen->answered) {
    faults.push_back(
        fmt::format("{} has status {}, answered was {}", name, attempt.status, seen->answered));
  }
}

}  // namespace

void check_posts(const Evidence& evidence, Faults& faults) {
  SeenByNonce seen = by_nonce(evidence.history, faults);
  for (const Event& event : evidence.ledger.events) {
    const auto& attempts = evidence.ledger.attempts.at(event.seq);
    if (attempts.size() != event.attempts) {
      faults.push_back(fmt::format("event {} tells of {} attempts, the ledger has {}", event.seq,
                                   event.attempts, attempts.size()));
    }
    for (const Attempt& attempt : attempts) {
      const auto found = seen.find(attempt.nonce);
      check_attempt(event, attempt, found == seen.end() ? nullptr : found->second,
                    evidence.history.other_clock.empty(), faults);
      if (found != seen.end()) seen.erase(found);
    }
  }
  for (const auto& [nonce, post] : seen) {
    faults.push_back(
        fmt::format("a POST of event {} was seen with the nonce {}, of which the ledger "
                    "does not know",
                    post->event_id, nonce));
  }
}

}  // namespace favorhook::sim
