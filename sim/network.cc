#include "sim/network.h"

#include <algorithm>
#include <memory>
#include <span>

#include "base/check.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHostPrefix = "https://receiver-";
constexpr std::string_view kHostSuffix = ".sim/notify";

// What becomes of one POST.
struct Fate {
  PostEnd end;
  bool seen;
  int status = 0;
  Millis from{1}, to{50};        // how long it takes; beyond the budget it is a time-out
  bool kept_connection = false;  // one that was kept from an earlier POST
};

constexpr Fate kAck{PostEnd::answered, true, 200};
constexpr Fate kAckWithoutBody{PostEnd::answered, true, 204};
constexpr Fate kLateAck{PostEnd::answered, true, 200, 1000ms, 4900ms};
constexpr Fate kTooLateAck{PostEnd::answered, true, 200, 5001ms, 9000ms};
constexpr Fate kServerError{PostEnd::answered, true, 500};
constexpr Fate kRedirect{PostEnd::answered, true, 301};
constexpr Fate kOtherSuccess{PostEnd::answered, true, 202};
constexpr Fate kRefused{PostEnd::connect_failed, false};
constexpr Fate kSwallowed{PostEnd::timed_out, false, 0, 5001ms, 5001ms};
constexpr Fate kAnswerLost{PostEnd::timed_out, true, 0, 5001ms, 5001ms};
constexpr Fate kResetBefore{PostEnd::reset, false};
constexpr Fate kResetAfter{PostEnd::reset, true};
constexpr Fate kKeptDiedBefore{PostEnd::reset, false, 0, 1ms, 5ms, true};
constexpr Fate kKeptDiedAfter{PostEnd::reset, true, 0, 1ms, 5ms, true};
constexpr Fate kNoName{PostEnd::dns_failed, false};
constexpr Fate kNoTls{PostEnd::tls_failed, false};
constexpr Fate kBadCertificate{PostEnd::certificate_refused, false};
constexpr Fate kNoHttp{PostEnd::bad_answer, true};
// Heads arrived, and their status counts (docs/adr/0008).
constexpr Fate kHugeAck{PostEnd::answer_too_large, true, 200};
constexpr Fate kHugeError{PostEnd::answer_too_large, true, 500};

constexpr Fate kHealthy[] = {kAck, kAck, kAck, kAckWithoutBody};
constexpr Fate kSlow[] = {kLateAck, kLateAck, kLateAck, kTooLateAck};
constexpr Fate kFailing[] = {kServerError, kServerError, kRedirect, kOtherSuccess, kHugeError};
constexpr Fate kDead[] = {kRefused, kRefused, kRefused, kSwallowed};
constexpr Fate kSilent[] = {kSwallowed};
constexpr Fate kGone[] = {kNoName, kNoTls, kBadCertificate};
constexpr Fate kFlaky[] = {kAck,           kAck,         kAckWithoutBody, kLateAck,
                           kTooLateAck,    kServerError, kRefused,        kSwallowed,
                           kAnswerLost,    kResetBefore, kResetAfter,     kKeptDiedBefore,
                           kKeptDiedAfter, kNoHttp,      kHugeAck};

std::span<const Fate> fates_of(Mode mode) {
  switch (mode) {
    case Mode::healthy:
      return kHealthy;
    case Mode::slow:
      return kSlow;
    case Mode::failing:
      return kFailing;
    case Mode::dead:
      return kDead;
    case Mode::flaky:
      return kFlaky;
    case Mode::gone:
      return kGone;
    case Mode::silent:
      return kSilent;
  }
  CHECK(false && "a mode without fates");
}

std::string receiver_of(std::string_view url) {
  CHECK(url.starts_with(kHostPrefix) && url.ends_with(kHostSuffix));
  url.remove_prefix(kHostPrefix.size());
  url.remove_suffix(kHostSuffix.size());
  return std::string(url);
}

PostResult result_of(const Fate& fate, bool fresh_connection, Millis took) {
  PostResult result;
  result.end = fate.end;
  result.status = fate.status;
  result.connection_reused = fate.kept_connection && !fresh_connection;
  result.request_started = fate.seen || fate.end == PostEnd::reset;
  result.answer_started = fate.status != 0 || fate.end == PostEnd::bad_answer;
  result.phases.total = took;
  return result;
}

}  // namespace

std::string url_of_receiver(const std::string& mchid) {
  return std::string(kHostPrefix) + mchid + std::string(kHostSuffix);
}

void Network::post(PostOrder order, Executor& answers,
                   std::move_only_function<void(PostResult)> done) {
  const std::string mchid = receiver_of(order.url);
  const std::span<const Fate> fates = fates_of(modes_.at(mchid));
  const Fate fate = fates[random_.below(fates.size())];
  Millis takes = random_.between(fate.from, fate.to);
  PostResult result = result_of(fate, order.fresh_connection, takes);
  const Millis arrives = std::min(takes, random_.between(0ms, 30ms));
  if (takes > order.budget) {
    takes = order.budget;
    result = {};
    result.end = PostEnd::timed_out;
    result.request_started = fate.seen;
    result.phases.total = takes;
  }
  if (fate.seen) {
    executor_.after(arrives, [this, order = std::move(order), mchid, answered = fate.status] {
      SeenPost seen;
      seen.at = clocks_.business();
      seen.receiver = mchid;
      seen.answered = answered;
      open_(order, seen);
      history_.seen.push_back(std::move(seen));
      on_seen_();
    });
  }
  answers.after(takes, [done = std::move(done), result = std::move(result)]() mutable {
    done(std::move(result));
  });
}

}  // namespace favorhook::sim
