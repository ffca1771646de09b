// What an audit found: for each check how much it held, what did not hold, and the first of it.
//
//   Findings findings;
//   findings.held(Check::nonces);
//   findings.fault(Check::nonces, "attempt 1 of event 7 has the nonce of event 5");
//
// Plain values, one thread. Limits: kAuditFaultsShown sentences a check; all are counted.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace favorhook::audit {

// In the order in which they are told. docs/cli.md says what each holds.
enum class Check {
  file,
  rows,
  coupons,
  stock_counts,
  user_counts,
  sequences,
  events,
  accounting,
  states,
  counters,
  in_flight,
  nonces,
  times,
  ladder,
  posts,
  accepted,
};
inline constexpr std::size_t kChecks = static_cast<std::size_t>(Check::accepted) + 1;

// The names that --json gives and scripts rely on.
std::string_view name_of(Check check);
// What has been held where there is no fault, in a few words.
std::string_view meaning_of(Check check);

struct Finding {
  bool done = false;         // false: nothing was given to hold it against
  std::int64_t checked = 0;  // rows, or what else the check counts
  std::int64_t faults = 0;
  std::vector<std::string> first;  // sentences about the first faults
};

class Findings {
 public:
  void held(Check check, std::int64_t count = 1) {
    Finding& finding = all_[index(check)];
    finding.done = true;
    finding.checked += count;
  }
  template <class... Args>
  void fault(Check check, fmt::format_string<Args...> format, Args&&... args) {
    Finding& finding = all_[index(check)];
    finding.done = true;
    if (++finding.faults > std::int64_t(limits::kAuditFaultsShown)) return;
    finding.first.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
  const Finding& of(Check check) const { return all_[index(check)]; }
  bool sound() const;

 private:
  static std::size_t index(Check check) { return static_cast<std::size_t>(check); }

  std::array<Finding, kChecks> all_;
};

}  // namespace favorhook::audit
