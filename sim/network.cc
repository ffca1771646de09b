#include "sim/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>

#include "base/check.h"
#include "base/probe.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHostPrefix = "https://receiver-";
constexpr std::string_view kHostSuffix = ".sim/notify/";

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
  CHECK(url.starts_with(kHostPrefix));
  url.remove_prefix(kHostPrefix.size());
  const std::size_t end = url.find(kHostSuffix);
  CHECK(end != std::string_view::npos);
  return std::string(url.substr(0, end));
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

std::string url_of_receiver(const std::string& mchid, std::uint32_t version) {
  return fmt::format("{}{}{}{}", kHostPrefix, mchid, kHostSuffix, version);
}

// What must be so when a POST leaves, seen or not.
void Network::check_leaving(const PostOrder& order, const SeenPost& opened) {
  const Millis now = clocks_.elapsed();
  const auto in_force = [&](const char* kind, const std::string& value) {
    return history_.beliefs[{kind, opened.receiver}].possible_in_batch(value, now);
  };
  if (!in_force("url", order.url)) {
    history_.faults.push_back("a POST went to a URL that is not set: " + order.url);
  }
  if (!in_force("push", "on")) {
    history_.faults.push_back("a POST went to a merchant without push: " + opened.receiver);
  }
  if (!history_.left.emplace(opened.nonce, LeftPost{now, std::nullopt}).second) {
    history_.faults.push_back("a nonce was used twice: " + opened.nonce);
  }
  note(opened.nonce);
}

void Network::arrive(SeenPost seen) {
  seen.at = clocks_.business();
  const Belief& key = history_.beliefs[{"key", seen.receiver}];
  if (key.since() > history_.left[seen.nonce].at) probe("sim.key_changed_in_flight");
  note(seen.event_id);
  history_.seen.push_back(std::move(seen));
  on_seen_();
}

void Network::post(const PostOrder& order, Executor& answers,
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
  // Opened now, with the keys of now, though it is seen later.
  SeenPost post;
  post.receiver = mchid;
  post.answered = fate.status;
  open_(order, post);
  check_leaving(order, post);
  const std::string nonce = post.nonce;
  if (fate.seen) {
    executor_.after(arrives, [this, post = std::move(post)]() mutable { arrive(std::move(post)); });
  } else if (!post.fault.empty()) {
    history_.faults.push_back("keys: a POST was refused: " + post.fault);
  }
  answers.after(takes, [this, nonce, done = std::move(done), result = std::move(result)]() mutable {
    history_.left[nonce].ended = clocks_.elapsed();
    done(std::move(result));
  });
}

// FNV-1a.
void Network::note(std::string_view what) {
  for (const char c : what) {
    history_.trace = (history_.trace ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  history_.trace ^= static_cast<std::uint64_t>(clocks_.elapsed().count());
}

}  // namespace favorhook::sim
