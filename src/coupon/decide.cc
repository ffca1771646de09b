#include "coupon/decide.h"

#include "coupon/decide_commands.h"

namespace favorhook::coupon {

bool want(const Command& command, State& state, const Context& context) {
  return std::visit([&](const auto& each) { return want_rows(each, state, context); }, command);
}

Decision decide(const Command& command, State& state, const Context& context) {
  // An earlier command of the batch may have made a row that leads to others (a stock, a person's
  // openid), and those nobody loaded. The two requests crossed, so this one may be answered as the
  // one to repeat.
  if (want(command, state, context)) return apiv3::refuse(apiv3::ErrorId::system_error);
  return std::visit([&](const auto& each) { return decide_command(each, state, context); },
                    command);
}

}  // namespace favorhook::coupon
