#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/checkers/evidence.h"

namespace favorhook::sim {
namespace {

using coupon::Event;
using store::Attempt;

// What a verdict says about whether the receiver saw the POST. Those that are not here leave it
// open.
enum class Says { seen, not_seen };
struct Row {
  std::string_view verdict;
  Says says;
};
constexpr std::array kVerdicts = {
    Row{"acknowledged", Says::seen},        Row{"status_not_ack", Says::seen},
    Row{"bad_answer", Says::seen},          Row{"answer_too_large", Says::seen},
    Row{"dns_failed", Says::not_seen},      Row{"connect_failed", Says::not_seen},
    Row{"tls_failed", Says::not_seen},      Row{"certificate_refused", Says::not_seen},
    Row{"host_refused", Says::not_seen},    Row{"no_apiv3_key", Says::not_seen},
    Row{"no_platform_key", Says::not_seen},
};
constexpr std::array<std::string_view, 4> kOpen = {"timed_out", "reset", "unknown",
                                                   "connection_lost"};

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
                   Faults& faults) {
  const std::string name = fmt::format("attempt {} of event {}", attempt.number, event.seq);
  const auto row = std::ranges::find(kVerdicts, attempt.verdict, &Row::verdict);
  if (row == kVerdicts.end() && std::ranges::find(kOpen, attempt.verdict) == kOpen.end()) {
    faults.push_back(fmt::format("{} ends with the verdict '{}'", name, attempt.verdict));
  }
  if (row != kVerdicts.end() && (row->says == Says::seen) != (seen != nullptr)) {
    faults.push_back(fmt::format("{} is recorded as {}, but the receiver saw it {}", name,
                                 attempt.verdict, seen == nullptr ? "not" : "all the same"));
  }
  if (seen == nullptr) return;
  if (seen->event_id != event.id || seen->receiver != event.receiver) {
    faults.push_back(fmt::format("{} was seen as one of event {}", name, seen->event_id));
  }
  if (seen->at < attempt.started) faults.push_back(name + " was seen before it started");
  if (attempt.verdict == "acknowledged" && attempt.status != seen->answered) {
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
      check_attempt(event, attempt, found == seen.end() ? nullptr : found->second, faults);
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
