#include "audit/report.h"

#include <algorithm>

#include "base/check.h"

namespace favorhook::audit {
namespace {

struct Row {
  Check check;
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array<Row, kChecks> kRows = {{
    {Check::file, "file", "the file's pages and indexes are sound"},
    {Check::rows, "rows", "every row can be read"},
    {Check::coupons, "coupons", "stocks and users exist, codes and request numbers are unique"},
    {Check::stock_counts, "stock_counts", "counters of stocks are what their coupons say"},
    {Check::user_counts, "user_counts", "counters of users are what their coupons say"},
    {Check::sequences, "sequences", "no number that was given out can come again"},
    {Check::events, "events", "each coupon has exactly one event, which tells of it"},
    {Check::accounting, "accounting", "per merchant: accepted events = the sum of the states"},
    {Check::states, "states", "each state is what the attempts led to"},
    {Check::counters, "counters", "counters of attempts are those of the ledger"},
    {Check::in_flight, "in_flight", "in flight where, and only where, an attempt is open"},
    {Check::nonces, "nonces", "no nonce stands twice in the ledger"},
    {Check::times, "times", "what came later has the later time"},
    {Check::ladder, "ladder", "due times and ends are those of the ladder"},
    {Check::posts, "posts", "each POST that was seen is one attempt, and the ledger tells true"},
    {Check::accepted, "accepted", "each coupon that a client was told of is there"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].check) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view name_of(Check check) {
  return kRows[static_cast<std::size_t>(check)].name;
}

std::string_view meaning_of(Check check) {
  return kRows[static_cast<std::size_t>(check)].meaning;
}

bool Findings::sound() const {
  return std::ranges::all_of(all_, [](const Finding& finding) { return finding.faults == 0; });
}

}  // namespace favorhook::audit
