#include <fmt/format.h>

#include <optional>
#include <set>

#include "apiv3/parameter_refusal.h"
#include "base/limits.h"
#include "coupon/decide_commands.h"
#include "coupon/users.h"

namespace favorhook::coupon {
namespace {

using apiv3::FieldSource;
using apiv3::Refusal;
using apiv3::refuse;

// These texts go to an operator's terminal, not to the wire.
Refusal fault(std::string message, std::string_view value) {
  return apiv3::parameter_refusal(std::move(message), FieldSource::body, apiv3::text_value(value));
}

using Ids = std::vector<std::pair<std::string, std::string>>;

// Ids that are no ids, and two of them in one place.
std::optional<Refusal> ids_fault(const Ids& ids, const std::string& place_name) {
  std::set<std::string_view> places;
  for (const auto& [place, id] : ids) {
    if (place.empty() || place.size() > limits::kAppIdMax) {
      return fault(fmt::format("{} must have 1 to {} characters", place_name, limits::kAppIdMax),
                   place);
    }
    if (!well_formed_openid(id)) {
      return fault(fmt::format("an openid or unionid has {} to {} characters of 0-9 A-Z a-z _ -",
                               limits::kOpenIdMin, limits::kOpenIdMax),
                   id);
    }
    if (!places.insert(place).second) {
      return fault("a person has one id only in each " + place_name, place);
    }
  }
  return std::nullopt;
}

std::optional<Refusal> text_fault(const ImportUser& command) {
  if (command.openids.empty()) return fault("a person needs at least one openid", "");
  if (command.openids.size() + command.unionids.size() > limits::kPersonIdsMax) {
    return fault(
        fmt::format("a person may be imported with at most {} ids at once", limits::kPersonIdsMax),
        "");
  }
  if (auto found = ids_fault(command.openids, "appid")) return found;
  return ids_fault(command.unionids, "group");
}

// The person whom the first known openid belongs to; 0 where none is known yet.
std::int64_t known_person(const ImportUser& command, const State& state) {
  for (const auto& [appid, openid] : command.openids) {
    if (const User* user = state.peek<User>(appid, openid)) return user->person;
  }
  return 0;
}

// What is known already and says otherwise. Rows of a person made in this batch are known only as
// far as they were put.
std::optional<Refusal> conflict(const ImportUser& command, std::int64_t person,
                                const State& state) {
  for (const auto& [appid, openid] : command.openids) {
    const User* user = state.find<User>(appid, openid);
    if (user != nullptr && user->person != person) {
      return fault("the openids belong to different persons", openid);
    }
    const User* other = state.peek<User::ByPerson>(appid, person);
    if (other != nullptr && other->openid != openid) {
      return fault("the person has another openid under this appid", appid);
    }
  }
  for (const auto& [group, unionid] : command.unionids) {
    const Union* other = state.peek<Union>(group, person);
    if (other != nullptr && other->unionid != unionid) {
      return fault("the person has another unionid in this group", group);
    }
  }
  return std::nullopt;
}

}  // namespace

bool want_rows(const ImportUser& command, State& state, const Context&) {
  bool more = state.want<Sequence>(kPersonSequence);
  for (const auto& [appid, openid] : command.openids) more |= state.want<User>(appid, openid);
  const std::int64_t person = known_person(command, state);
  if (person == 0 || state.made_here(kPersonSequence, person)) return more;
  for (const auto& [appid, openid] : command.openids) {
    more |= state.want<User::ByPerson>(appid, person);
  }
  for (const auto& [group, unionid] : command.unionids) more |= state.want<Union>(group, person);
  return more;
}

// Openids that are new join the person whom the known ones belong to. Two persons are never made
// one: their coupons were counted apart.
Decision decide_command(const ImportUser& command, State& state, const Context&) {
  if (auto found = text_fault(command)) return refuse(*found);
  std::int64_t person = known_person(command, state);
  if (auto found = conflict(command, person, state)) return refuse(*found);

  if (person == 0) person = state.next(kPersonSequence);
  for (const auto& [appid, openid] : command.openids) {
    if (state.find<User>(appid, openid) == nullptr) state.put(User{appid, openid, person});
  }
  for (const auto& [group, unionid] : command.unionids) {
    if (state.peek<Union>(group, person) == nullptr) {
      state.put(Union{group, person, unionid});
    }
  }
  return UserImported{person};
}

}  // namespace favorhook::coupon
