// How an attempt ended, in the words of the ledger. What each means for its event is delivery's
// (delivery/judge.h).
//
//   attempt.verdict = Verdict::timed_out;
//   std::string_view word = to_text(attempt.verdict);     // base/words.h
#pragma once

#include "base/words.h"

namespace favorhook::store {

enum class Verdict {
  none,  // an intent: its result is not known
  acknowledged,
  status_not_ack,
  timed_out,
  reset,
  connect_failed,
  dns_failed,
  tls_failed,
  certificate_refused,
  host_refused,
  bad_answer,
  answer_too_large,
  connection_lost,  // a kept connection died before any byte of an answer
  no_apiv3_key,     // nothing could be sealed or signed, so nothing was sent
  no_platform_key,
  unknown,  // a crash came between intent and result
};
constexpr auto words(Verdict) {
  using enum Verdict;
  return std::to_array<Word<Verdict>>({{none, ""},
                                       {acknowledged, "acknowledged"},
                                       {status_not_ack, "status_not_ack"},
                                       {timed_out, "timed_out"},
                                       {reset, "reset"},
                                       {connect_failed, "connect_failed"},
                                       {dns_failed, "dns_failed"},
                                       {tls_failed, "tls_failed"},
                                       {certificate_refused, "certificate_refused"},
                                       {host_refused, "host_refused"},
                                       {bad_answer, "bad_answer"},
                                       {answer_too_large, "answer_too_large"},
                                       {connection_lost, "connection_lost"},
                                       {no_apiv3_key, "no_apiv3_key"},
                                       {no_platform_key, "no_platform_key"},
                                       {unknown, "unknown"}});
}

}  // namespace favorhook::store
