#include "delivery/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace favorhook::delivery {
namespace {

// What each end means where no head of an answer came.
struct EndRow {
  PostEnd end;
  Judgement judgement;
};
constexpr std::array kEnds = {
    EndRow{PostEnd::host_refused, {Verdict::host_refused, Consequence::withheld}},
    EndRow{PostEnd::dns_failed, {Verdict::dns_failed, Consequence::next_step}},
    EndRow{PostEnd::connect_failed, {Verdict::connect_failed, Consequence::next_step}},
    EndRow{PostEnd::tls_failed, {Verdict::tls_failed, Consequence::next_step}},
    EndRow{PostEnd::certificate_refused, {Verdict::certificate_refused, Consequence::next_step}},
    EndRow{PostEnd::timed_out, {Verdict::timed_out, Consequence::next_step}},
    EndRow{PostEnd::reset, {Verdict::reset, Consequence::next_step}},
    EndRow{PostEnd::bad_answer, {Verdict::bad_answer, Consequence::next_step}},
    EndRow{PostEnd::answer_too_large, {Verdict::answer_too_large, Consequence::next_step}},
};

// What each verdict says: whether the receiver saw the POST (where bytes had gone out and no answer
// came, only the receiver knows), and the sentence for a person.
struct Meaning {
  Verdict verdict;
  Seen seen;
  std::string_view sentence;
};
constexpr std::array kMeanings = {
    Meaning{Verdict::none, Seen::open, "The attempt is under way."},
    Meaning{Verdict::acknowledged, Seen::yes, "The receiver took the notification."},
    Meaning{Verdict::status_not_ack, Seen::yes,
            "Only status 200 and 204 acknowledge a notification; look into the receiver's "
            "log for why it answered otherwise. Redirects are not followed."},
    Meaning{Verdict::timed_out, Seen::open,
            "The receiver had 5 seconds, from the connect to the status and headers of "
            "its answer; it should answer first and work afterwards."},
    Meaning{Verdict::reset, Seen::open,
            "The connection ended or its TLS failed before the answer's status and headers "
            "had come; look for a crash, a restart or a proxy's limit at the receiver, and "
            "for one that asks for a client's certificate."},
    Meaning{Verdict::connect_failed, Seen::no,
            "No connection to the receiver; check that it runs, its port and its "
            "firewall."},
    Meaning{Verdict::dns_failed, Seen::no,
            "The host name of the URL could not be resolved; check its spelling and its "
            "DNS records."},
    Meaning{Verdict::tls_failed, Seen::no,
            "The TLS handshake failed; the receiver must speak TLS 1.2 or 1.3 on that "
            "port."},
    Meaning{Verdict::certificate_refused, Seen::no,
            "The receiver's certificate was not accepted; check its chain, its names and "
            "its dates."},
    Meaning{Verdict::host_refused, Seen::no,
            "The egress policy does not allow this address, so nothing was sent; set "
            "another URL or allow the network, then resend."},
    Meaning{Verdict::bad_answer, Seen::yes,
            "What came back is not HTTP; check that the URL's port belongs to the "
            "receiver."},
    Meaning{Verdict::answer_too_large, Seen::yes,
            "The answer's headers were too large; status 200 or 204 with no more than a "
            "few headers is enough."},
    Meaning{Verdict::connection_lost, Seen::open,
            "A connection kept from an earlier notification had been closed; it was tried "
            "again at once on a new one, and this attempt does not count."},
    Meaning{Verdict::no_apiv3_key, Seen::no,
            "The merchant has no APIv3 key, so nothing could be sealed; set one, then "
            "resend."},
    Meaning{Verdict::no_platform_key, Seen::no,
            "The platform has no key for the merchant's signing mode, so nothing was "
            "sent."},
    Meaning{Verdict::unknown, Seen::open,
            "favorhook stopped between sending and recording: whether the receiver saw "
            "this attempt is not known. The notification was repeated with the same id."},
};

const Meaning& meaning_of(Verdict verdict) {
  const auto row = std::ranges::find(kMeanings, verdict, &Meaning::verdict);
  CHECK(row != kMeanings.end());
  return *row;
}

}  // namespace

Judgement judge(const PostResult& result, bool may_retry_at_once) {
  // Whatever became of the body: the status has been said (docs/adr/0008).
  if (result.status == 200 || result.status == 204) return kAcknowledged;
  if (result.status != 0) return {Verdict::status_not_ack, Consequence::next_step};
  const bool kept_connection_died =
      result.end == PostEnd::reset && result.connection_reused && !result.answer_started;
  if (kept_connection_died && may_retry_at_once) return kConnectionLost;
  const auto row = std::ranges::find(kEnds, result.end, &EndRow::end);
  CHECK(row != kEnds.end());
  return row->judgement;
}

Seen seen_by_receiver(Verdict verdict) {
  return meaning_of(verdict).seen;
}

std::string explain(Verdict verdict, int status, std::string_view detail) {
  std::string text(meaning_of(verdict).sentence);
  if (verdict == Verdict::none) return text;
  if (status != 0) text += fmt::format(" The answer's status was {}.", status);
  if (!detail.empty()) text += fmt::format(" ({})", detail);
  return text;
}

}  // namespace favorhook::delivery
