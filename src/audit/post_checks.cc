#include "audit/post_checks.h"

#include <algorithm>

#include "delivery/judge.h"

namespace favorhook::audit {

using delivery::Seen;

PostChecks::PostChecks(PostRecords& posts, Findings& findings)
    : posts_(posts), findings_(findings) {
  if (!posts_.given()) return;
  posts_.sort();
  const auto& all = posts_.all();
  findings_.held(Check::posts, std::ranges::count(all, false, &SeenPost::of_stranger));
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].of_stranger || all[i].nonce != all[i - 1].nonce) continue;
    findings_.fault(Check::posts, "{}: the same POST was seen before, at {}",
                    posts_.text_of(all[i].place), posts_.text_of(all[i - 1].place));
  }
}

bool PostChecks::attempt(const coupon::Event& event, const store::Attempt& attempt) {
  if (!posts_.given()) return false;
  SeenPost* post = posts_.find(attempt.nonce);
  compare(event, attempt, post);
  if (post == nullptr) return false;
  // One that favorhook sent and that did not verify.
  if (post->of_stranger && !post->matched) findings_.held(Check::posts);
  post->matched = true;
  return true;
}

void PostChecks::compare(const coupon::Event& event, const store::Attempt& attempt,
                         const SeenPost* post) {
  // An open attempt, and a word that the check of states names, leave it open.
  const Seen says = delivery::seen_by_receiver(attempt.verdict);
  const std::string name = fmt::format("attempt {} of event {}", attempt.number, event.seq);
  if (post == nullptr) {
    if (says == Seen::yes && posts_.covers(event.receiver)) {
      findings_.fault(Check::posts, "{} is recorded as {}, and its receiver did not see it", name,
                      to_text(attempt.verdict));
    }
    return;
  }
  if (says == Seen::no) {
    findings_.fault(Check::posts, "{} is recorded as {}, and its receiver saw it: {}", name,
                    to_text(attempt.verdict), posts_.text_of(post->place));
  }
  if (post->id != digest_of({event.id})) {
    findings_.fault(Check::posts, "{} was seen as one of another event: {}", name,
                    posts_.text_of(post->place));
  }
  if (attempt.status != 0 && attempt.status != post->status) {
    findings_.fault(Check::posts, "{} has status {}, its receiver answered {}: {}", name,
                    attempt.status, post->status ? std::to_string(*post->status) : "nothing",
                    posts_.text_of(post->place));
  }
}

void PostChecks::finish(std::optional<WallTime> snapshot_at) {
  const SeenPost* before = nullptr;
  for (const SeenPost& post : posts_.all()) {
    const bool again = before != nullptr && before->nonce == post.nonce;  // told of already
    before = &post;
    const bool later = snapshot_at && post.received >= *snapshot_at;
    if (post.matched || post.of_stranger || later || again) continue;
    findings_.fault(Check::posts, "{}: no attempt of the ledger has this nonce",
                    posts_.text_of(post.place));
  }
}

}  // namespace favorhook::audit
