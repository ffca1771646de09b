#include "delivery/sender.h"

#include <utility>

#include "base/limits.h"
#include "base/probe.h"
#include "delivery/gray.h"
#include "delivery/seal.h"

namespace favorhook::delivery {
namespace {

double seconds_between(BusinessTime from, BusinessTime to) {
  return to < from ? 0 : std::chrono::duration<double>(to - from).count();
}

PostOrder post_order(const AttemptOrder& order, SealedPost sealed) {
  return {.url = order.intent.url,
          .headers = std::move(sealed.headers),
          .body = std::move(sealed.body),
          .budget = limits::kAttemptTime,
          .fresh_connection = order.retry_at_once};
}

}  // namespace

Sender::Sender(SenderDeps deps)
    : deps_(std::move(deps)), directory_(deps_.directory), signers_(deps_.make_signer) {}

void Sender::start(AttemptOrder order) {
  // One snapshot for the whole attempt: the APIv3 key, the mode and the platform key belong
  // together.
  const auto directory = directory_.get();
  const WallTime now = deps_.clocks.wall();
  const coupon::Merchant* merchant = directory->find(order.event.receiver);
  if (merchant == nullptr || merchant->apiv3_key.empty())
    return not_sent(std::move(order), kNoApiv3Key, {});
  const coupon::SigningMode mode = signing_mode(*merchant, order.intent.nonce);
  const coupon::PlatformKey* key = directory->platform_key_for(mode, now);
  if (key == nullptr) return not_sent(std::move(order), kNoPlatformKey, {});
  auto sealed = seal_event(order.event, order.intent.nonce, *merchant, *key, signers_.get(*key),
                           now, deps_.random);
  if (!sealed) return not_sent(std::move(order), kNoApiv3Key, std::move(sealed.error().what));
  deps_.metrics.signatures.add();
  if (order.intent.number == 1) {
    deps_.metrics.accept_to_post_seconds.observe(
        seconds_between(order.event.create_time, deps_.clocks.business()));
  }
  order.intent.serial = sealed->serial;
  PostOrder post = post_order(order, std::move(*sealed));
  deps_.transport.post(std::move(post),
                       [this, order = std::move(order)](PostResult result) mutable {
                         finish(std::move(order), std::move(result));
                       });
}

void Sender::finish(AttemptOrder order, PostResult result) {
  const Judgement judgement = judge(result, !order.retry_at_once);
  deps_.metrics.attempt_seconds.observe(std::chrono::duration<double>(result.phases.total).count());
  store::Attempt& attempt = order.intent;
  attempt.status = result.status;
  attempt.answer_head = std::move(result.answer_head);
  attempt.detail = std::move(result.detail);
  attempt.peer = std::move(result.peer);
  attempt.phases = result.phases;
  attempt.connection_reused = result.connection_reused;
  report(std::move(attempt), judgement);
}

void Sender::not_sent(AttemptOrder order, Judgement judgement, std::string detail) {
  probe("delivery.nothing_to_seal_or_sign_with");
  order.intent.detail = std::move(detail);
  report(std::move(order.intent), judgement);
}

void Sender::report(store::Attempt attempt, Judgement judgement) {
  attempt.verdict = judgement.verdict;
  attempt.counted = judgement.consequence == Consequence::delivered ||
                    judgement.consequence == Consequence::next_step;
  attempt.finished = deps_.clocks.business();
  deps_.report({std::move(attempt), judgement.consequence});
}

}  // namespace favorhook::delivery
