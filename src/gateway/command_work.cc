#include "gateway/command_work.h"

#include "base/log.h"

namespace favorhook::gateway {

using apiv3::ErrorId;
using apiv3::refuse;

CommandWork::CommandWork(coupon::Command command, Executor& executor, DecisionDone done)
    : command_(std::move(command)),
      executor_(executor),
      done_(std::move(done)),
      decision_(refuse(ErrorId::system_error)) {}

bool CommandWork::want(store::Batch& batch, const coupon::Context& context) {
  return coupon::want(command_, batch.state, context);
}

void CommandWork::decide(store::Batch& batch, const coupon::Context& context) {
  decision_ = coupon::decide(command_, batch.state, context);
}

void CommandWork::committed() {
  hand_over(std::move(decision_));
}

void CommandWork::failed(const Error& error) {
  log_error("command_failed", {{"reason", error.what}});
  hand_over(refuse(ErrorId::system_error));
}

void CommandWork::refuse_now(ErrorId id) {
  done_(refuse(id));
}

void CommandWork::hand_over(coupon::Decision decision) {
  executor_.post([done = std::move(done_), decision = std::move(decision)]() mutable {
    done(std::move(decision));
  });
}

}  // namespace favorhook::gateway
