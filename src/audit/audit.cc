#include "audit/audit.h"

#include <algorithm>
#include <array>

#include "audit/coupon_checks.h"
#include "audit/post_checks.h"

namespace favorhook::audit {
namespace {

using coupon::EventState;

struct StateTotal {
  EventState state;
  std::int64_t MerchantTotals::* total;
};
constexpr std::array kStates = {
    StateTotal{EventState::withheld, &MerchantTotals::withheld},
    StateTotal{EventState::pending, &MerchantTotals::pending},
    StateTotal{EventState::delivered, &MerchantTotals::delivered},
    StateTotal{EventState::exhausted, &MerchantTotals::exhausted},
    StateTotal{EventState::cancelled, &MerchantTotals::cancelled},
};

class Auditor {
 public:
  Auditor(AuditOptions& options, Report& report)
      : options_(options),
        findings_(report.findings),
        merchants_(report.merchants),
        coupons_(findings_, options.accepted),
        posts_(options.posts, findings_) {
    options_.accepted.sort();
  }

  // Shown every row by it.
  store::ScanVisitor visitor();
  void finish();

 private:
  void highest(const std::string& sequence, std::int64_t number) {
    std::int64_t& most = highest_[sequence];
    most = std::max(most, number);
  }
  void stock(const coupon::Stock& row);
  void event(const coupon::Event& row, const std::vector<store::Attempt>& attempts);
  void count(const coupon::Event& row, MerchantTotals& totals);
  void check_sequences();
  void check_accounting();
  void check_accepted();

  AuditOptions& options_;
  Findings& findings_;
  std::map<std::string, MerchantTotals>& merchants_;
  CouponChecks coupons_;
  PostChecks posts_;
  std::map<std::string, std::int64_t> last_, highest_;
  Keys nonces_, ids_;
};

store::ScanVisitor Auditor::visitor() {
  store::ScanVisitor visitor;
  visitor.on<coupon::Sequence>(
      [this](const coupon::Sequence& row) { last_.emplace(row.name, row.last); });
  visitor.on<store::MerchantRow>(
      [this](const store::MerchantRow& row) { merchants_.try_emplace(row.mchid); });
  visitor.on<coupon::User>([this](const coupon::User& row) {
    highest("person", row.person);
    coupons_.user(row);
  });
  visitor.on<coupon::Union>([this](const coupon::Union& row) { highest("person", row.person); });
  visitor.on<coupon::Stock>([this](const coupon::Stock& row) { stock(row); });
  visitor.on<coupon::StockCount>(
      [this](const coupon::StockCount& row) { coupons_.stock_count(row); });
  visitor.on<coupon::Coupon>([this](const coupon::Coupon& row) {
    highest("coupon", row.id);
    highest("person", row.person);
    coupons_.coupon(row);
  });
  visitor.on<coupon::UserCount>([this](const coupon::UserCount& row) { coupons_.user_count(row); });
  visitor.on_event([this](const coupon::Event& row, const std::vector<store::Attempt>& attempts) {
    event(row, attempts);
  });
  visitor.on_stray_attempt([this](const store::Attempt& row) {
    findings_.fault(Check::counters, "attempt {} is of event {}, which there is not", row.number,
                    row.event_seq);
  });
  return visitor;
}

// A stock's id is its creator's number and ten digits of a sequence.
void Auditor::stock(const coupon::Stock& row) {
  coupons_.stock(row);
  constexpr std::size_t kCounterDigits = 10;
  if (row.stock_id.size() <= kCounterDigits) return;
  const std::string digits = row.stock_id.substr(row.stock_id.size() - kCounterDigits);
  if (digits.find_first_not_of("0123456789") != std::string::npos) return;
  highest("stock:" + row.creator_mchid, std::stoll(digits));
}

void Auditor::event(const coupon::Event& row, const std::vector<store::Attempt>& attempts) {
  highest("event", row.seq);
  ids_.add({row.id}, row.seq);
  findings_.held(Check::events);
  if (const coupon::EventKind* kind = coupon::find_event_kind(row.event_type)) {
    coupons_.event(row, *kind);
  } else {
    findings_.fault(Check::events, "event {} is of the kind {}, which there is not", row.seq,
                    row.event_type);
  }
  check_event(row, attempts, options_.rules, findings_);
  MerchantTotals& totals = merchants_[row.receiver];
  count(row, totals);
  for (const store::Attempt& attempt : attempts) {
    findings_.held(Check::nonces);
    if (attempt.nonce.empty()) {
      findings_.fault(Check::nonces, "attempt {} of event {} has none", attempt.number, row.seq);
    }
    nonces_.add({attempt.nonce}, row.seq);
    ++totals.attempts;
    totals.posts_seen += posts_.attempt(row, attempt) ? 1 : 0;
  }
}

void Auditor::count(const coupon::Event& row, MerchantTotals& totals) {
  ++totals.accepted;
  totals.in_flight += row.in_flight ? 1 : 0;
  for (const StateTotal& each : kStates) totals.*each.total += row.state == each.state ? 1 : 0;
}

void Auditor::check_sequences() {
  highest("code", coupons_.codes_made());
  highest("merchant", static_cast<std::int64_t>(merchants_.size()));
  for (const auto& [name, number] : highest_) {
    findings_.held(Check::sequences);
    if (last_[name] >= number) continue;
    findings_.fault(Check::sequences, "sequence {} stands at {}, though {} was given out", name,
                    last_[name], number);
  }
}

// What was accepted is what the coupons say: each is one event of its creator.
void Auditor::check_accounting() {
  for (const auto& [mchid, coupons] : coupons_.coupons_by_creator()) {
    merchants_[mchid].coupons = coupons;
  }
  for (const auto& [mchid, totals] : merchants_) {
    findings_.held(Check::accounting);
    std::int64_t sum = 0;
    for (const StateTotal& each : kStates) sum += totals.*each.total;
    if (totals.coupons == sum) continue;
    findings_.fault(Check::accounting, "merchant {}: {} coupons were accepted, {} events are there",
                    mchid, totals.coupons, sum);
  }
}

void Auditor::check_accepted() {
  if (!options_.accepted.given()) return;
  const auto& told = options_.accepted.all();
  findings_.held(Check::accepted, static_cast<std::int64_t>(told.size()));
  for (const ToldCoupon& each : told) {
    if (each.found) continue;
    findings_.fault(Check::accepted, "{}: this coupon was acknowledged and is not there",
                    options_.accepted.text_of(each.place));
  }
}

void Auditor::finish() {
  coupons_.finish();
  ids_.sort();
  ids_.each_twice([&](std::int64_t seq, std::int64_t other) {
    findings_.fault(Check::events, "events {} and {} have the same id", other, seq);
  });
  nonces_.sort();
  nonces_.each_twice([&](std::int64_t seq, std::int64_t other) {
    findings_.fault(Check::nonces, "attempts of the events {} and {} have the same", other, seq);
  });
  check_sequences();
  check_accounting();
  check_accepted();
  posts_.finish(options_.snapshot_at);
}

}  // namespace

MerchantTotals& MerchantTotals::operator+=(const MerchantTotals& other) {
  for (const auto member :
       {&MerchantTotals::coupons, &MerchantTotals::accepted, &MerchantTotals::in_flight,
        &MerchantTotals::attempts, &MerchantTotals::posts_seen}) {
    this->*member += other.*member;
  }
  for (const StateTotal& each : kStates) this->*each.total += other.*each.total;
  return *this;
}

Report audit_store(store::Reader& reader, AuditOptions options) {
  Report report;
  report.findings.held(Check::file);
  for (const std::string& fault : reader.damage(limits::kAuditFaultsShown + 1)) {
    report.findings.fault(Check::file, "{}", fault);
  }
  Auditor auditor(options, report);
  const Result<void> scanned = reader.scan(auditor.visitor());
  report.findings.held(Check::rows);
  if (!scanned) report.findings.fault(Check::rows, "{}", scanned.error().what);
  auditor.finish();
  return report;
}

}  // namespace favorhook::audit
