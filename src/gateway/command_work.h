// A command on its way through the commit queue, and its decision on the way back.
//
//   auto work = std::make_unique<CommandWork>(command, executor, [](coupon::Decision d) { … });
//
// Thread safety: want, decide, committed and failed are the writer's; `done` runs once, on the
// executor. Errors: a commit that failed becomes system_error; its reason is logged, not sent.
#pragma once

#include <functional>

#include "base/executor.h"
#include "coupon/command.h"
#include "store/commit_queue.h"

namespace favorhook::gateway {

using DecisionDone = std::move_only_function<void(coupon::Decision)>;

class CommandWork final : public store::Work {
 public:
  CommandWork(coupon::Command command, Executor& executor, DecisionDone done);

  bool want(store::Batch& batch, const coupon::Context& context) override;
  void decide(store::Batch& batch, const coupon::Context& context) override;
  void committed() override;
  void failed(const Error& error) override;

  // For a work that the queue gave back: calls `done` here and now.
  void refuse_now(apiv3::ErrorId id);

 private:
  void hand_over(coupon::Decision decision);

  coupon::Command command_;
  Executor& executor_;
  DecisionDone done_;
  coupon::Decision decision_;
};

}  // namespace favorhook::gateway
