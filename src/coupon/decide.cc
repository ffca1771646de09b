#include "coupon/decide.h"

#include "coupon/decide_commands.h"

namespace favorhook::coupon {

bool want(const Command& command, State& state, const Context& context) {
  return std::visit([&](const auto& each) { return want_rows(each, state, context); }, command);
}

Decision decide(const Command& command, State& state, const Context& context) {
  return std::visit([&](const auto& each) { return decide_command(each, state, context); },
                    command);
}

}  // namespace favorhook::coupon
