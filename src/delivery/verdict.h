// What an attempt's end means: from how the exchange ended to a word for the ledger and what
// happens to the event, and from the word to a sentence for a person.
//
//   Verdict verdict = judge(post_result, may_retry_at_once);
//
// Status 200 and 204 acknowledge, nothing else (protocol §2.3), and from the moment the answer's
// head is complete: what becomes of its body changes nothing (docs/adr/0008). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/transport.h"

namespace favorhook::delivery {

enum class Consequence {
  delivered,
  next_step,  // counts; the ladder says when
  at_once,    // does not count; due now, on a fresh connection
  withheld,   // the egress policy refused the address, or there is no APIv3 key any more
};

struct Verdict {
  std::string_view word;  // one of the table in verdict.cc
  Consequence consequence;
};

inline constexpr Verdict kAcknowledged{"acknowledged", Consequence::delivered};
// A kept connection died before any byte of an answer: tried again at once.
inline constexpr Verdict kConnectionLost{"connection_lost", Consequence::at_once};
// Nothing could be sealed or signed, so nothing was sent.
inline constexpr Verdict kNoApiv3Key{"no_apiv3_key", Consequence::withheld};
inline constexpr Verdict kNoPlatformKey{"no_platform_key", Consequence::next_step};
// A crash came between intent and result.
inline constexpr std::string_view kVerdictUnknown = "unknown";

// `may_retry_at_once`: a reused connection that died before any byte of an answer has not yet been
// retried.
Verdict judge(const PostResult& result, bool may_retry_at_once);

// What a verdict says about whether the receiver saw the POST; nothing for a word that is none.
enum class Seen { yes, no, open };
std::optional<Seen> seen_by_receiver(std::string_view word);
// The sentence for `event show`: what happened and where to look.
std::string explain(std::string_view word, int status, std::string_view detail);

}  // namespace favorhook::delivery
