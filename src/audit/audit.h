// Proves from a store's files alone what must always hold: rules 1 to 3 of ARCHITECTURE.md.
//
//   AuditOptions options;
//   options.posts.read("posts.jsonl", "");
//   const Report report = audit_store(*reader, std::move(options));
//   if (!report.findings.sound()) …
//
// Reads everything once, from one snapshot, and writes nothing. Thread safety: one thread, a Reader
// of its own. Errors: none; what cannot be read is a fault of the check `rows`, and what was read
// before it is still held. Limits: memory of about 250 bytes a coupon with its event, 24 an
// attempt, 100 a record; nothing else grows with the store.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "audit/event_checks.h"
#include "audit/records.h"
#include "audit/report.h"
#include "store/store.h"

namespace favorhook::audit {

struct AuditOptions {
  EventRules rules;
  PostRecords posts;
  AcceptedRecords accepted;
  // Where a server writes on: what was seen after this is not held against the snapshot.
  std::optional<WallTime> snapshot_at;
};

struct MerchantTotals {
  std::int64_t coupons = 0, accepted = 0;
  std::int64_t withheld = 0, pending = 0, delivered = 0, exhausted = 0, cancelled = 0;
  std::int64_t in_flight = 0, attempts = 0, posts_seen = 0;

  MerchantTotals& operator+=(const MerchantTotals& other);
};

struct Report {
  Findings findings;
  std::map<std::string, MerchantTotals> merchants;
};

Report audit_store(store::Reader& reader, AuditOptions options);

}  // namespace favorhook::audit
