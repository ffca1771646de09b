// A sound ledger has no fault; broken in one place, it has the fault that belongs there.
#include "audit/audit.h"

#include <gmock/gmock.h>

#include <fstream>
#include <functional>

#include "audit/test_ledger.h"
#include "base/temp_dir.h"

namespace favorhook::audit {
namespace {

using coupon::EventState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> faulty(const Findings& findings) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kChecks; ++i) {
    const auto check = static_cast<Check>(i);
    if (findings.of(check).faults > 0) names.emplace_back(name_of(check));
  }
  return names;
}

Report audit(const Ledger& ledger, AuditOptions options = {}) {
  LedgerReader reader(ledger);
  return audit_store(reader, std::move(options));
}

std::string sentences(const Findings& findings) {
  std::string all;
  for (std::size_t i = 0; i < kChecks; ++i) {
    for (const std::string& text : findings.of(static_cast<Check>(i)).first) all += text + "\n";
  }
  return all;
}

TEST(Audit, ASoundLedgerHasNoFault) {
  const Report report = audit(sound_ledger());
  EXPECT_THAT(faulty(report.findings), IsEmpty()) << sentences(report.findings);
  EXPECT_TRUE(report.findings.sound());
  for (const Check check : {Check::coupons, Check::events, Check::states, Check::counters}) {
    EXPECT_EQ(report.findings.of(check).checked, 6) << name_of(check);
  }
  EXPECT_EQ(report.findings.of(Check::nonces).checked, 19);
  EXPECT_FALSE(report.findings.of(Check::posts).done);
  EXPECT_FALSE(report.findings.of(Check::accepted).done);
}

TEST(Audit, AddsUpTheStatesOfEachMerchant) {
  const Report report = audit(sound_ledger());
  ASSERT_EQ(report.merchants.size(), 1U);
  const MerchantTotals& totals = report.merchants.at(kMerchant);
  EXPECT_EQ(totals.coupons, 6);
  EXPECT_EQ(totals.accepted, 6);
  EXPECT_EQ(totals.pending, 3);
  EXPECT_EQ(totals.in_flight, 1);
  EXPECT_EQ(totals.delivered, 1);
  EXPECT_EQ(totals.exhausted, 1);
  EXPECT_EQ(totals.withheld, 1);
  EXPECT_EQ(totals.attempts, 19);
}

struct Mutation {
  std::string_view name;
  std::function<void(Ledger&)> breaks;
  std::vector<std::string> faults;
};

coupon::Event& event(Ledger& ledger, std::size_t seq) {
  return ledger.events.at(seq - 1).row;
}
store::Attempt& attempt(Ledger& ledger, std::size_t seq, std::size_t number) {
  return ledger.events.at(seq - 1).attempts.at(number - 1);
}

std::vector<Mutation> of_coupons() {
  return {
      {"the file is damaged", [](Ledger& l) { l.damage = {"page 7 is never used"}; }, {"file"}},
      {"a row cannot be read", [](Ledger& l) { l.unreadable = true; }, {"rows"}},
      {"a coupon is gone",
       [](Ledger& l) { l.coupons.pop_back(); },
       {"stock_counts", "user_counts", "events", "accounting"}},
      {"a coupon's stock is gone",
       [](Ledger& l) { l.coupons[0].stock_id = "1282070000000009"; },
       {"coupons", "stock_counts", "user_counts", "events", "accounting"}},
      {"a coupon's creator is not its stock's",
       [](Ledger& l) { l.coupons[0].creator_mchid = "1900000009"; },
       {"coupons", "events", "accounting"}},
      {"a coupon's user is gone", [](Ledger& l) { l.users.pop_back(); }, {"coupons"}},
      {"two coupons have one code",
       [](Ledger& l) { l.coupons[1].coupon_code = l.coupons[0].coupon_code; },
       {"coupons", "events"}},
      {"two coupons are of one request",
       [](Ledger& l) { l.coupons[1].out_request_no = l.coupons[0].out_request_no; },
       {"coupons", "events"}},
  };
}

std::vector<Mutation> of_counters() {
  return {
      {"a stock counts one too many",
       [](Ledger& l) { ++l.stock_counts[0].total_send_num; },
       {"stock_counts"}},
      {"a stock's day counts one too few",
       [](Ledger& l) { --l.stock_counts[0].today_send_num; },
       {"stock_counts"}},
      {"a stock has no counters", [](Ledger& l) { l.stock_counts.clear(); }, {"stock_counts"}},
      {"counters of no stock",
       [](Ledger& l) { l.stock_counts.push_back({"1282070000000009", 0, 0, 0}); },
       {"stock_counts"}},
      {"a stock sent more than it has",
       [](Ledger& l) { l.stocks[0].max_coupons = 5; },
       {"stock_counts"}},
      {"a stock sent more than it has for a day",
       [](Ledger& l) { l.stocks[0].max_coupons_by_day = 5; },
       {"stock_counts"}},
      {"a user's counter is off by one",
       [](Ledger& l) { ++l.user_counts[0].send_num; },
       {"user_counts"}},
      {"a user's counter is gone", [](Ledger& l) { l.user_counts.pop_back(); }, {"user_counts"}},
      {"a user got more than one may",
       [](Ledger& l) { l.stocks[0].max_coupons_per_user = 2; },
       {"user_counts"}},
      {"coupon numbers come again", [](Ledger& l) { l.sequences[1].last = 5; }, {"sequences"}},
      {"event numbers come again", [](Ledger& l) { l.sequences[2].last = 5; }, {"sequences"}},
      {"code numbers come again", [](Ledger& l) { l.sequences[0].last = 5; }, {"sequences"}},
      {"person numbers come again", [](Ledger& l) { l.sequences[3].last = 1; }, {"sequences"}},
      {"stock numbers come again", [](Ledger& l) { l.sequences[4].last = 0; }, {"sequences"}},
      {"merchant numbers come again", [](Ledger& l) { l.sequences.pop_back(); }, {"sequences"}},
  };
}

std::vector<Mutation> of_events() {
  return {
      {"an event is gone", [](Ledger& l) { l.events.pop_back(); }, {"events", "accounting"}},
      {"an event is there twice",
       [](Ledger& l) {
         l.events.push_back(l.events[4]);
         l.events.back().row.seq = 7;
         l.sequences[2].last = 7;
       },
       {"events", "accounting"}},
      {"an event tells of another coupon",
       [](Ledger& l) { event(l, 2).plaintext = event(l, 1).plaintext; },
       {"events"}},
      {"an event tells of another request",
       [](Ledger& l) {
         std::string& text = event(l, 2).plaintext;
         text.replace(text.find("request-2"), 9, "request-9");
       },
       {"events"}},
      {"an event has no plaintext", [](Ledger& l) { event(l, 2).plaintext.clear(); }, {"events"}},
      {"an event goes to another merchant",
       [](Ledger& l) {
         event(l, 2).receiver = "1900000009";
         l.sequences[5].last = 2;
       },
       {"events", "accounting"}},
      {"delivered, and nobody took it",
       [](Ledger& l) {
         event(l, 2).state = EventState::delivered;
         event(l, 2).finished = second(500);
       },
       {"states"}},
      {"pending, though it was taken",
       [](Ledger& l) {
         event(l, 1).state = EventState::pending;
         event(l, 1).finished.reset();
       },
       {"states", "ladder"}},
      {"a kind that there is not",
       [](Ledger& l) { event(l, 2).event_type = "COUPON.UNKNOWN"; },
       {"events"}},
      {"delivered without a time", [](Ledger& l) { event(l, 1).finished.reset(); }, {"states"}},
      {"withheld without a reason",
       [](Ledger& l) { event(l, 5).withheld_reason = coupon::WithheldReason::none; },
       {"states"}},
      {"pending with a reason to withhold it",
       [](Ledger& l) { event(l, 2).withheld_reason = coupon::WithheldReason::no_url; },
       {"states"}},
      {"exhausted too early",
       [](Ledger& l) {
         event(l, 2).state = EventState::exhausted;
         event(l, 2).finished = second(500);
       },
       {"ladder"}},
      {"an acknowledged attempt that does not count",
       [](Ledger& l) { attempt(l, 1, 2).counted = false; },
       {"states", "counters"}},
  };
}

std::vector<Mutation> of_attempts() {
  return {
      {"the last attempt is gone",
       [](Ledger& l) { l.events[1].attempts.pop_back(); },
       {"counters", "ladder"}},
      {"the first attempt is gone",
       [](Ledger& l) { l.events[1].attempts.erase(l.events[1].attempts.begin()); },
       {"counters"}},
      {"one attempt counted too many",
       [](Ledger& l) { ++event(l, 2).attempts_counted; },
       {"counters"}},
      {"one attempt counted too few",
       [](Ledger& l) { --event(l, 2).attempts_counted; },
       {"counters"}},
      {"an unknown attempt counted twice",
       [](Ledger& l) { ++event(l, 1).attempts_unknown; },
       {"counters"}},
      {"one attempt too many told of", [](Ledger& l) { ++event(l, 2).attempts; }, {"counters"}},
      {"another time of the last attempt",
       [](Ledger& l) { event(l, 2).last_attempt = second(1); },
       {"counters"}},
      {"a ladder that begins beyond its attempts",
       [](Ledger& l) { event(l, 2).ladder_from = 4; },
       {"counters"}},
      {"an attempt of no event",
       [](Ledger& l) { l.strays.push_back(attempt_of(99, 1, 1, "unknown")); },
       {"counters"}},
      {"in flight without an intent",
       [](Ledger& l) { event(l, 2).in_flight = true; },
       {"in_flight"}},
      {"an intent of an event that is not in flight",
       [](Ledger& l) { event(l, 3).in_flight = false; },
       {"in_flight", "ladder"}},
      {"an intent in the middle",
       [](Ledger& l) {
         attempt(l, 2, 1) = attempt_of(2, 1, 1, "");
         event(l, 2).in_flight = true;
         event(l, 2).attempts_counted = 1;
       },
       {"in_flight"}},
      {"a nonce twice",
       [](Ledger& l) { attempt(l, 4, 3).nonce = attempt(l, 1, 1).nonce; },
       {"nonces"}},
      {"an attempt without a nonce", [](Ledger& l) { attempt(l, 4, 3).nonce = ""; }, {"nonces"}},
  };
}

std::vector<Mutation> of_times() {
  return {
      {"an attempt before its event",
       [](Ledger& l) { event(l, 1).create_time = second(90); },
       {"times"}},
      {"an attempt that ended before it began",
       [](Ledger& l) { attempt(l, 1, 2).finished = second(1); },
       {"times"}},
      {"an attempt without an end",
       [](Ledger& l) { attempt(l, 1, 1).finished.reset(); },
       {"times"}},
      {"due too soon",
       [](Ledger& l) { attempt(l, 4, 5).next_due = second(1 + 62 * 5); },
       {"ladder"}},
      {"due too late",
       [](Ledger& l) { *attempt(l, 4, 5).next_due += std::chrono::hours(1); },
       {"ladder"}},
      {"due at another time than its last attempt said",
       [](Ledger& l) { event(l, 2).due += std::chrono::seconds(1); },
       {"ladder"}},
  };
}

TEST(Audit, EachMutationHasItsFault) {
  for (const auto& table : {of_coupons, of_counters, of_events, of_attempts, of_times}) {
    for (const Mutation& mutation : table()) {
      Ledger ledger = sound_ledger();
      mutation.breaks(ledger);
      const Report report = audit(ledger);
      EXPECT_EQ(faulty(report.findings), mutation.faults) << mutation.name << "\n"
                                                          << sentences(report.findings);
    }
  }
}

TEST(Audit, CountsAllFaultsAndShowsTheFirst) {
  Ledger ledger = sound_ledger();
  for (store::Attempt& each : ledger.events[3].attempts) each.nonce = "";
  const Finding finding = audit(ledger).findings.of(Check::nonces);
  EXPECT_EQ(finding.faults, 11 + 10);
  EXPECT_EQ(finding.first.size(), limits::kAuditFaultsShown);
  EXPECT_THAT(finding.first[0], HasSubstr("event 4"));
}

TEST(Audit, AClockThatWasSetBackIsAskedFor) {
  Ledger ledger = sound_ledger();
  event(ledger, 1).create_time = second(90);
  AuditOptions options;
  options.rules.clock_moved = true;
  EXPECT_TRUE(audit(ledger, options).findings.sound());
}

TEST(Audit, ALadderThatIsNamedIsHeldExactly) {
  AuditOptions options;
  options.rules.ladder = delivery::Ladder::extended;
  EXPECT_THAT(faulty(audit(sound_ledger(), options).findings), ElementsAre("ladder"));
  options.rules.ladder = delivery::Ladder::documented;
  EXPECT_TRUE(audit(sound_ledger(), options).findings.sound());
}

// Rows made before schema version 3 do not tell where their ladder began.
TEST(Audit, OfAnOldRowSomeBeginningMustFit) {
  Ledger ledger = sound_ledger();
  for (EventWithAttempts& each : ledger.events) each.row.ladder_from = 0;
  EXPECT_TRUE(audit(ledger).findings.sound());
  event(ledger, 2).attempts_counted = 3;
  EXPECT_THAT(faulty(audit(ledger).findings), ElementsAre("counters"));
}

class WithRecords : public testing::Test {
 protected:
  // A line of a receiver.
  void saw(std::size_t seq, std::size_t number, const std::string& status) {
    posts_.push_back(
        fmt::format(R"({{"nonce":"nonce-{}-{}","id":"{}","status":{},"received_at":{}}})", seq,
                    number, event(ledger_, seq).id, status, 5000));
  }
  // What receivers that wrote down everything saw.
  void see_all() {
    saw(1, 1, "null");
    saw(1, 2, "200");
    saw(2, 1, "500");
    saw(3, 1, "200");  // too late
    saw(3, 2, "null");
    for (std::size_t number = 1; number <= 11; ++number) saw(4, number, "500");
    saw(6, 1, "200");
    saw(6, 2, "500");
  }
  void told(const std::string& line) { accepted_.push_back(line); }

  Report audited(const std::string& whose = "") {
    AuditOptions options;
    options.snapshot_at = snapshot_at_;
    if (!posts_.empty()) {
      EXPECT_TRUE(options.posts.read(write("posts", posts_), whose));
    }
    if (!accepted_.empty()) {
      EXPECT_TRUE(options.accepted.read(write("accepted", accepted_)));
    }
    return audit(ledger_, std::move(options));
  }
  std::string write(const std::string& name, const std::vector<std::string>& lines) {
    const std::string path = dir_.file(name);
    std::ofstream out(path);
    for (const std::string& line : lines) out << line << "\n";
    return path;
  }

  TempDir dir_;
  Ledger ledger_ = sound_ledger();
  std::vector<std::string> posts_, accepted_;
  std::optional<WallTime> snapshot_at_;
};

TEST_F(WithRecords, WhatWasSeenAgreesWithTheLedger) {
  see_all();
  const Report report = audited();
  EXPECT_TRUE(report.findings.sound()) << sentences(report.findings);
  EXPECT_EQ(report.findings.of(Check::posts).checked, 18);
  EXPECT_EQ(report.merchants.at(kMerchant).posts_seen, 18);
}

TEST_F(WithRecords, EachWayToDisagreeIsAFault) {
  struct Row {
    std::string_view name;
    std::function<void()> breaks;
    std::string_view sentence;
  };
  const std::vector<Row> rows = {
      {"a POST of no attempt",
       [this] { posts_.push_back(R"({"nonce":"made up","id":"x","status":200})"); },
       "posts:19: no attempt of the ledger has this nonce"},
      {"a POST twice", [this] { saw(1, 2, "200"); }, "the same POST was seen before"},
      {"an answered attempt that was not seen", [this] { posts_.pop_back(); },
       "attempt 2 of event 6 is recorded as status_not_ack, and its receiver did not see it"},
      {"a failed connect that was seen", [this] { saw(2, 2, "200"); },
       "attempt 2 of event 2 is recorded as connect_failed, and its receiver saw it: "},
      {"another status than was answered",
       [this] {
         posts_.pop_back();
         saw(6, 2, "503");
       },
       "attempt 2 of event 6 has status 500, its receiver answered 503"},
      {"a status where nothing was answered",
       [this] {
         posts_.pop_back();
         saw(6, 2, "null");
       },
       "attempt 2 of event 6 has status 500, its receiver answered nothing"},
      {"the nonce of another event",
       [this] {
         posts_.pop_back();
         posts_.push_back(R"({"nonce":"nonce-6-2","id":"other","status":500})");
       },
       "attempt 2 of event 6 was seen as one of another event"},
  };
  for (const Row& row : rows) {
    posts_.clear();
    see_all();
    row.breaks();
    const Report report = audited();
    EXPECT_THAT(faulty(report.findings), ElementsAre("posts")) << row.name;
    EXPECT_EQ(report.findings.of(Check::posts).faults, 1) << row.name;
    EXPECT_THAT(sentences(report.findings), HasSubstr(row.sentence)) << row.name;
  }
}

TEST_F(WithRecords, OfAReceiverWithoutRecordsNothingNeedHaveBeenSeen) {
  saw(1, 2, "200");
  EXPECT_FALSE(audited().findings.sound());
  EXPECT_TRUE(audited("1900000002").findings.sound());
  EXPECT_FALSE(audited(kMerchant).findings.sound());
}

// As `favorhook listen` writes it down: whoever finds its port can send these.
TEST_F(WithRecords, WhatStrangersSentSpoilsNothing) {
  see_all();
  const std::int64_t seen = audited().findings.of(Check::posts).checked;
  constexpr const char* kScan =
      R"({"nonce":"","id":"","verdict":"no signature","status":401,"received_at":5000})";
  // One forged with the nonce of a POST that was seen, before it in the file and after it.
  const std::string forged =
      R"({"nonce":"nonce-2-1","id":"x","verdict":"bad signature","status":401,"received_at":1})";
  posts_.insert(posts_.begin(), {kScan, forged});
  posts_.insert(posts_.end(), {forged, kScan, kScan});
  const Report report = audited();
  EXPECT_TRUE(report.findings.sound()) << sentences(report.findings);
  EXPECT_EQ(report.findings.of(Check::posts).checked, seen);
}

TEST_F(WithRecords, WhatTheReceiverVerifiedIsHeld) {
  see_all();
  posts_.push_back(
      R"({"nonce":"made up","id":"x","verdict":"verified","status":200,"received_at":5000})");
  EXPECT_THAT(sentences(audited().findings), HasSubstr("no attempt of the ledger has this nonce"));
}

// A receiver that refuses what favorhook sent has seen it all the same.
TEST_F(WithRecords, AnAttemptThatItsReceiverDidNotVerifyWasSeen) {
  const auto refused = [&](int status) {
    posts_.clear();
    see_all();
    std::erase_if(posts_, [](const std::string& line) { return line.contains("nonce-2-1"); });
    posts_.push_back(fmt::format(
        R"({{"nonce":"nonce-2-1","id":"{}","verdict":"stale","status":{},"received_at":5000}})",
        event(ledger_, 2).id, status));
    return audited();
  };
  see_all();
  const std::int64_t seen = audited().findings.of(Check::posts).checked;
  const Report report = refused(500);
  EXPECT_TRUE(report.findings.sound()) << sentences(report.findings);
  EXPECT_EQ(report.findings.of(Check::posts).checked, seen);
  EXPECT_THAT(sentences(refused(401).findings), HasSubstr("its receiver answered 401"));
}

TEST_F(WithRecords, WhatWasSeenAfterTheSnapshotIsLeftOut) {
  see_all();
  posts_.push_back(R"({"nonce":"later","id":"x","status":200,"received_at":7000})");
  snapshot_at_ = from_unix_millis<WallTime>(6000);
  EXPECT_TRUE(audited().findings.sound());
  snapshot_at_ = from_unix_millis<WallTime>(8000);
  EXPECT_FALSE(audited().findings.sound());
}

TEST_F(WithRecords, EachCouponThatAClientWasToldOfIsThere) {
  told(R"({"mchid":"1900000001","out_request_no":"request-1","status":200})");
  told(R"({"mchid":"1900000001","out_request_no":"request-2","status":200,"coupon_code":")" +
       ledger_.coupons[1].coupon_code + R"("})");
  told(R"({"mchid":"1900000001","out_request_no":"request-99","status":403})");
  const Report report = audited();
  EXPECT_TRUE(report.findings.sound()) << sentences(report.findings);
  EXPECT_EQ(report.findings.of(Check::accepted).checked, 2);
}

TEST_F(WithRecords, ACouponThatIsNotThereOrAnotherIsAFault) {
  told(R"({"mchid":"1900000001","out_request_no":"request-99","status":200})");
  told(R"({"mchid":"1900000001","out_request_no":"request-2","status":200,"coupon_code":"12"})");
  const Report report = audited();
  EXPECT_THAT(faulty(report.findings), ElementsAre("accepted"));
  EXPECT_THAT(sentences(report.findings),
              testing::AllOf(HasSubstr("accepted:1: this coupon was acknowledged and is not there"),
                             HasSubstr("accepted:2: the client was told another code")));
}

TEST_F(WithRecords, ALineThatIsNoRecordIsAnErrorAndOneCutOffIsNot) {
  PostRecords posts;
  const std::string path = write("posts", {R"({"nonce":"a","id":"b"})", "nothing"});
  const auto read = posts.read(path, "");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what, HasSubstr(":2 is no record"));
  std::ofstream(path) << R"({"nonce":"a","id":"b"})" << "\n" << R"({"nonce":"c)";
  EXPECT_TRUE(posts.read(path, ""));
  EXPECT_FALSE(posts.read(dir_.file("none"), ""));
}

}  // namespace
}  // namespace favorhook::audit
