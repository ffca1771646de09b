// A commit queue's hook that takes part in nothing: nothing is delivered, due events wait for a
// server.
//
//   NoHook hook;
//   CommitQueue queue(store, directory, url_policy, random, clocks, hook, options);
//
// Thread safety: has no state.
#pragma once

#include "store/commit_queue.h"

namespace favorhook::store {

class NoHook final : public BatchHook {
 public:
  void complete(Batch&, Store&, const coupon::Context&) override {}
  void committed() override {}
  void aborted() override {}
  std::optional<BusinessTime> wake_at() const override { return std::nullopt; }
};

}  // namespace favorhook::store
