// Rule 3, held against what receivers wrote down: every POST that was seen is exactly one attempt,
// and what the ledger says of having been seen is true. Of what a receiver did not verify only that
// counts which an attempt names: anybody can send the rest.
//
//   PostChecks checks(posts, findings);
//   checks.attempt(event, attempt);  // each
//   checks.finish(snapshot_at);
//
// One thread; refers to both. Nothing is checked where no record was given.
#pragma once

#include <optional>

#include "audit/records.h"
#include "audit/report.h"
#include "coupon/rows.h"
#include "store/rows.h"

namespace favorhook::audit {

class PostChecks {
 public:
  PostChecks(PostRecords& posts, Findings& findings);

  // True where it was seen.
  bool attempt(const coupon::Event& event, const store::Attempt& attempt);
  void finish(std::optional<WallTime> snapshot_at);

 private:
  void compare(const coupon::Event& event, const store::Attempt& attempt, const SeenPost* post);

  PostRecords& posts_;
  Findings& findings_;
};

}  // namespace favorhook::audit
