// The business: one function from a command and the rows it needs to changes and events. Pure: no
// I/O, no clock, no randomness but what the context gives.
//
//   while (want(command, state, context)) store.load(state);
//   Decision decision = decide(command, state, context);
//
// decide refuses before it changes anything: a refused command leaves the state as it was. Thread
// safety: one thread a state. The rules of each command cite the section of the protocol that they
// follow.
#pragma once

#include "base/random.h"
#include "coupon/command.h"
#include "coupon/directory.h"
#include "coupon/state.h"
#include "coupon/url_policy.h"

namespace favorhook::coupon {

struct Context {
  const Directory& directory;
  const UrlPolicy& url_policy;
  Random& random;
  BusinessTime now;
  bool sandbox;  // unknown well-formed openids become users by themselves
};

// Asks the state for the rows that the command needs, as far as the rows loaded so far tell. True
// where it asked for more.
bool want(const Command& command, State& state, const Context& context);

// Changes the state and tells the outcome, or refuses and leaves it alone. The same request again
// gets the same outcome. Where want() would ask for more, since an earlier command of the batch
// made a row that leads to others, this may not be called yet: the commit queue asks first.
Decision decide(const Command& command, State& state, const Context& context);

// kOpenIdMin to kOpenIdMax characters of [0-9A-Za-z_-], as openids are.
bool well_formed_openid(std::string_view text);

}  // namespace favorhook::coupon
