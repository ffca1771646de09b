// What an attempt's end means: from how the exchange ended to the ledger's verdict and what happens
// to the event, and from the verdict to a sentence for a person.
//
//   Judgement judgement = judge(post_result, may_retry_at_once);
//
// Status 200 and 204 acknowledge, nothing else (protocol §2.3), and from the moment the answer's
// head is complete: what becomes of its body changes nothing (docs/adr/0008). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/transport.h"
#include "store/verdict.h"

namespace favorhook::delivery {

using store::Verdict;

enum class Consequence {
  delivered,
  next_step,  // counts; the ladder says when
  at_once,    // does not count; due now, on a fresh connection
  withheld,   // the egress policy refused the address, or there is no APIv3 key any more
};

struct Judgement {
  Verdict verdict;
  Consequence consequence;
};

inline constexpr Judgement kAcknowledged{Verdict::acknowledged, Consequence::delivered};
// A kept connection died before any byte of an answer: tried again at once.
inline constexpr Judgement kConnectionLost{Verdict::connection_lost, Consequence::at_once};
// Nothing could be sealed or signed, so nothing was sent.
inline constexpr Judgement kNoApiv3Key{Verdict::no_apiv3_key, Consequence::withheld};
inline constexpr Judgement kNoPlatformKey{Verdict::no_platform_key, Consequence::next_step};

// `may_retry_at_once`: a reused connection that died before any byte of an answer has not yet been
// retried.
Judgement judge(const PostResult& result, bool may_retry_at_once);

// What a verdict says about whether the receiver saw the POST. Of an intent nobody knows.
enum class Seen { yes, no, open };
Seen seen_by_receiver(Verdict verdict);
// The sentence for `event show`: what happened and where to look.
std::string explain(Verdict verdict, int status, std::string_view detail);

}  // namespace favorhook::delivery
