#include "coupon/users.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "crypto/digest.h"

namespace favorhook::coupon {
namespace {

// An id as WeChat's look: "o" and 27 characters of the base64url alphabet. The same for the same
// person and place, so that a test that is run again on new data sees the same ids.
std::string made_up_id(std::string_view kind, std::int64_t person, std::string_view place) {
  std::string id =
      "o" + crypto::base64(crypto::sha256(fmt::format("{}:{}:{}", kind, person, place)));
  std::ranges::replace(id, '+', '-');
  std::ranges::replace(id, '/', '_');
  id.resize(28);
  return id;
}

std::string openid_under(State& state, const Context& context, const std::string& appid,
                         std::int64_t person) {
  if (const User* known = state.peek<User::ByPerson>(appid, person)) return known->openid;
  if (!context.sandbox) return "";
  const User user{appid, made_up_id("openid", person, appid), person};
  // Anybody can work it out, and a request that names it made it another person's.
  if (state.peek<User>(user.appid, user.openid) != nullptr) return "";
  state.put(user);
  return user.openid;
}

std::string unionid_in(State& state, const Context& context, const std::string& group,
                       std::int64_t person) {
  if (group.empty()) return "";
  if (const Union* known = state.peek<Union>(group, person)) return known->unionid;
  if (!context.sandbox) return "";
  const Union made{group, person, made_up_id("unionid", person, group)};
  state.put(made);
  return made.unionid;
}

}  // namespace

bool well_formed_openid(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
  };
  return text.size() >= limits::kOpenIdMin && text.size() <= limits::kOpenIdMax &&
         std::ranges::all_of(text, allowed);
}

bool want_identity(State& state, const Context& context, const std::string& appid,
                   std::int64_t person) {
  bool more = state.want<User::ByPerson>(appid, person);
  const std::string_view group = context.directory.appid_group(appid);
  if (!group.empty()) more |= state.want<Union>(std::string(group), person);
  return more;
}

Identity identity_under(State& state, const Context& context, const std::string& appid,
                        std::int64_t person) {
  return {openid_under(state, context, appid, person),
          unionid_in(state, context, std::string(context.directory.appid_group(appid)), person)};
}

std::int64_t make_user(State& state, const std::string& appid, const std::string& openid) {
  const std::int64_t person = state.next(kPersonSequence);
  state.put(User{appid, openid, person});
  return person;
}

}  // namespace favorhook::coupon
