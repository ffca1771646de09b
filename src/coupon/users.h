// The user directory: persons, their openids under appids, and their unionids in groups of appids.
// Private to coupon/.
//
//   std::int64_t person = user == nullptr ? make_user(state, appid, openid) : user->person;
//   Identity identity = identity_under(state, context, notify_appid, person);
//
// Thread safety: as State. Errors: rows that were not wanted are a bug, but for a person made in
// this batch, of whom the store can have none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "coupon/decide.h"

namespace favorhook::coupon {

// What a notification says of a person (protocol §4.1). Empty: nothing is known.
struct Identity {
  std::string openid;
  std::string unionid;
};

// Asks for the rows that identity_under reads.
bool want_identity(State& state, const Context& context, const std::string& appid,
                   std::int64_t person);

// The person under that appid. A sandbox makes up the openid, and the unionid where the appid has a
// group, and keeps them; in production what was not imported stays empty.
Identity identity_under(State& state, const Context& context, const std::string& appid,
                        std::int64_t person);

// A new person with one openid.
std::int64_t make_user(State& state, const std::string& appid, const std::string& openid);

inline constexpr const char* kPersonSequence = "person";

}  // namespace favorhook::coupon
