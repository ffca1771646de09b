#include "coupon/decide_commands.h"

namespace favorhook::coupon {

using apiv3::ErrorId;
using apiv3::refuse;

bool want_rows(const SetCallback& command, State& state, const Context&) {
  return state.want<Callback>(command.mchid);
}

// Protocol §3.9: the caller's own URL, or that of a merchant whom the caller, a provider or channel
// partner, acts for.
Decision decide_command(const SetCallback& command, State& state, const Context& context) {
  if (context.directory.find(command.mchid) == nullptr) return refuse(ErrorId::mch_not_exists);
  if (!context.directory.may_act_for(command.caller, command.mchid)) {
    return refuse(ErrorId::no_auth);
  }
  // The same URL again is a replacement too: whoever asks gets the time of the last setting.
  const Callback callback{command.mchid, command.notify_url, context.now};
  state.put(callback);
  return CallbackSet{callback};
}

}  // namespace favorhook::coupon
