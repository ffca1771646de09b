#include "delivery/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace favorhook::delivery {
namespace {

// What each end means where no head of an answer came.
struct EndRow {
  PostEnd end;
  Verdict verdict;
};
constexpr std::array kEnds = {
    EndRow{PostEnd::host_refused, {"host_refused", Consequence::withheld}},
    EndRow{PostEnd::dns_failed, {"dns_failed", Consequence::next_step}},
    EndRow{PostEnd::connect_failed, {"connect_failed", Consequence::next_step}},
    EndRow{PostEnd::tls_failed, {"tls_failed", Consequence::next_step}},
    EndRow{PostEnd::certificate_refused, {"certificate_refused", Consequence::next_step}},
    EndRow{PostEnd::timed_out, {"timed_out", Consequence::next_step}},
    EndRow{PostEnd::reset, {"reset", Consequence::next_step}},
    EndRow{PostEnd::bad_answer, {"bad_answer", Consequence::next_step}},
    EndRow{PostEnd::answer_too_large, {"answer_too_large", Consequence::next_step}},
};

struct Explanation {
  std::string_view word;
  std::string_view sentence;
};
constexpr std::array kExplanations = {
    Explanation{"acknowledged", "The receiver took the notification."},
    Explanation{"status_not_ack",
                "Only status 200 and 204 acknowledge a notification; look into the receiver's log "
                "for why it answered otherwise. Redirects are not followed."},
    Explanation{
        "timed_out",
        "The receiver had 5 seconds, from the connect to the status and headers of its answer; it "
        "should answer first and work afterwards."},
    Explanation{
        "reset",
        "The connection ended before the answer's status and headers had come; look for a crash, "
        "a restart or a proxy's limit at the receiver."},
    Explanation{"connect_failed",
                "No connection to the receiver; check that it runs, its port and its firewall."},
    Explanation{"dns_failed",
                "The host name of the URL could not be resolved; check its spelling "
                "and its DNS records."},
    Explanation{"tls_failed",
                "The TLS handshake failed; the receiver must speak TLS 1.2 or 1.3 on "
                "that port."},
    Explanation{"certificate_refused",
                "The receiver's certificate was not accepted; check its chain, its names and its "
                "dates."},
    Explanation{"host_refused",
                "The egress policy does not allow this address, so nothing was sent; set another "
                "URL or allow the network, then resend."},
    Explanation{"bad_answer",
                "What came back is not HTTP; check that the URL's port belongs to the receiver."},
    Explanation{
        "answer_too_large",
        "The answer's headers were too large; status 200 or 204 with no more than a few headers "
        "is enough."},
    Explanation{
        "connection_lost",
        "A connection kept from an earlier notification had been closed; it was tried again "
        "at once on a new one, and this attempt does not count."},
    Explanation{"no_apiv3_key",
                "The merchant has no APIv3 key, so nothing could be sealed; set one, then resend."},
    Explanation{"no_platform_key",
                "The platform has no key for the merchant's signing mode, so nothing was sent."},
    Explanation{"unknown",
                "favorhook stopped between sending and recording: whether the receiver saw this "
                "attempt is not known. The notification was repeated with the same id."},
};

// Where bytes had gone out and no answer came, only the receiver knows.
struct SeenRow {
  std::string_view word;
  Seen seen;
};
constexpr std::array kSeen = {
    SeenRow{"acknowledged", Seen::yes},     SeenRow{"status_not_ack", Seen::yes},
    SeenRow{"bad_answer", Seen::yes},       SeenRow{"answer_too_large", Seen::yes},
    SeenRow{"timed_out", Seen::open},       SeenRow{"reset", Seen::open},
    SeenRow{"connection_lost", Seen::open}, SeenRow{"unknown", Seen::open},
    SeenRow{"dns_failed", Seen::no},        SeenRow{"connect_failed", Seen::no},
    SeenRow{"tls_failed", Seen::no},        SeenRow{"certificate_refused", Seen::no},
    SeenRow{"host_refused", Seen::no},      SeenRow{"no_apiv3_key", Seen::no},
    SeenRow{"no_platform_key", Seen::no},
};

}  // namespace

Verdict judge(const PostResult& result, bool may_retry_at_once) {
  // Whatever became of the body: the status has been said (docs/adr/0008).
  if (result.status == 200 || result.status == 204) return kAcknowledged;
  if (result.status != 0) return {"status_not_ack", Consequence::next_step};
  const bool kept_connection_died =
      result.end == PostEnd::reset && result.connection_reused && !result.answer_started;
  if (kept_connection_died && may_retry_at_once) return kConnectionLost;
  const auto row = std::ranges::find(kEnds, result.end, &EndRow::end);
  CHECK(row != kEnds.end());
  return row->verdict;
}

std::optional<Seen> seen_by_receiver(std::string_view word) {
  const auto row = std::ranges::find(kSeen, word, &SeenRow::word);
  return row == kSeen.end() ? std::nullopt : std::optional(row->seen);
}

std::string explain(std::string_view word, int status, std::string_view detail) {
  if (word.empty()) return "The attempt is under way.";
  const auto row = std::ranges::find(kExplanations, word, &Explanation::word);
  std::string text = row == kExplanations.end() ? std::string(word) : std::string(row->sentence);
  if (status != 0) text += fmt::format(" The answer's status was {}.", status);
  if (!detail.empty()) text += fmt::format(" ({})", detail);
  return text;
}

}  // namespace favorhook::delivery
