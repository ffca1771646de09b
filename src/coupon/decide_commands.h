// The two halves of each command, as decide.cc calls them: which rows it needs, and what it does
// with them. Private to coupon/; one .cc a command.
//
//   bool more = want_rows(command, state, context);
//   if (!more) decision = decide_command(command, state, context);
//
// Thread safety, errors: as decide.h.
#pragma once

#include "coupon/decide.h"

namespace favorhook::coupon {

bool want_rows(const SetCallback& command, State& state, const Context& context);
Decision decide_command(const SetCallback& command, State& state, const Context& context);

bool want_rows(const CreateStock& command, State& state, const Context& context);
Decision decide_command(const CreateStock& command, State& state, const Context& context);

bool want_rows(const SendCoupon& command, State& state, const Context& context);
Decision decide_command(const SendCoupon& command, State& state, const Context& context);

bool want_rows(const ImportUser& command, State& state, const Context& context);
Decision decide_command(const ImportUser& command, State& state, const Context& context);

}  // namespace favorhook::coupon
