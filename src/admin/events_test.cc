#include <gmock/gmock.h>

#include "admin/test_world.h"
#include "base/ids.h"

namespace favorhook::admin {
namespace {

using testing::HasSubstr;

class Events : public testing::Test {
 protected:
  // An event with one attempt of that verdict; none: without attempts.
  coupon::Event put(std::int64_t seq, const std::string& receiver, coupon::EventState state,
                    store::Verdict verdict = store::Verdict::none) {
    coupon::Event event;
    event.seq = seq;
    event.id = uuid_v7(world_.clocks.business(), world_.random);
    event.receiver = receiver;
    event.event_type = "COUPON.SEND";
    event.plaintext = R"({"openid":"o1"})";
    event.create_time = event.due = from_unix_millis<BusinessTime>(1'600'000'000'000);
    event.state = state;
    if (state == coupon::EventState::withheld) {
      event.withheld_reason = coupon::WithheldReason::no_url;
    }
    store::Batch batch;
    batch.state.put(event);
    if (verdict != store::Verdict::none) batch.attempts.push_back(attempt_of(event, verdict));
    EXPECT_TRUE(world_.store->commit(batch));
    return event;
  }

  store::Attempt attempt_of(const coupon::Event& event, store::Verdict verdict) {
    store::Attempt attempt;
    attempt.event_seq = event.seq;
    attempt.number = 1;
    attempt.nonce = "00ff";
    attempt.url = "https://localhost/notify";
    attempt.started = event.create_time;
    attempt.verdict = verdict;
    attempt.serial = "AB";
    attempt.status = 500;
    attempt.answer_head = "no \x1b[31m\xff\n";
    attempt.phases.dns = Micros(400);
    attempt.phases.total = Micros(5500);
    attempt.peer = "127.0.0.1:443";
    attempt.finished = event.create_time + Millis(6);
    attempt.next_due = event.create_time + Millis(60'006);
    return attempt;
  }

  World world_;
};

TEST_F(Events, AreListedNewestFirstAndFiltered) {
  put(1, "1900000001", coupon::EventState::delivered);
  put(2, "1900000002", coupon::EventState::pending);
  put(3, "1900000001", coupon::EventState::pending);
  const auto seqs = [&](const std::string& query) {
    std::vector<std::int64_t> all;
    const Reply reply = world_.call("GET", "/admin/v1/events" + query);
    EXPECT_EQ(reply.status, 200);
    for (const auto& event : reply.at("events").as_array()) {
      all.push_back(event.at("seq").to_number<std::int64_t>());
    }
    return all;
  };
  using testing::ElementsAre;
  EXPECT_THAT(seqs(""), ElementsAre(3, 2, 1));
  EXPECT_THAT(seqs("?receiver=1900000001"), ElementsAre(3, 1));
  EXPECT_THAT(seqs("?state=pending"), ElementsAre(3, 2));
  EXPECT_THAT(seqs("?limit=2"), ElementsAre(3, 2));
  EXPECT_THAT(seqs("?limit=2&before=2"), ElementsAre(1));
  EXPECT_EQ(world_.call("GET", "/admin/v1/events?limit=2").at("next_before"), json::value(2));
  EXPECT_TRUE(world_.call("GET", "/admin/v1/events?limit=5").at("next_before").is_null());
  for (const char* query : {"state=sent", "limit=501", "before=-1", "mchid=1"}) {
    EXPECT_EQ(world_.call("GET", std::string("/admin/v1/events?") + query).status, 400) << query;
  }
}

TEST_F(Events, ShowEachAttempt) {
  const auto event =
      put(1, "1900000001", coupon::EventState::pending, store::Verdict::status_not_ack);
  const Reply reply = world_.call("GET", "/admin/v1/events/" + event.id);
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text("plaintext"), event.plaintext);
  EXPECT_EQ(reply.text("due"), "2020-09-13T20:26:40.000+08:00");
  const json::object& attempt = reply.at("attempts").as_array().at(0).as_object();
  const json::object expected = {{"number", 1},
                                 {"nonce", "00ff"},
                                 {"url", "https://localhost/notify"},
                                 {"started", "2020-09-13T20:26:40.000+08:00"},
                                 {"finished", "2020-09-13T20:26:40.006+08:00"},
                                 {"phases_ms",
                                  {{"dns", 0.4},
                                   {"connect", nullptr},
                                   {"tls", nullptr},
                                   {"first_byte", nullptr},
                                   {"total", 5.5}}},
                                 {"serial", "AB"},
                                 {"status", 500},
                                 {"answer_head", "no \\x1b[31m\\xff\\x0a"},
                                 {"verdict", "status_not_ack"},
                                 {"explanation", "explained: status_not_ack"},
                                 {"counted", true},
                                 {"connection_reused", false},
                                 {"peer", "127.0.0.1:443"},
                                 {"detail", ""},
                                 {"next_due", "2020-09-13T20:27:40.006+08:00"}};
  EXPECT_EQ(json::value(attempt), json::value(expected)) << json::serialize(attempt);
}

TEST_F(Events, SayWhyTheyAreWithheld) {
  const auto event = put(1, "1900000001", coupon::EventState::withheld);
  const Reply reply = world_.call("GET", "/admin/v1/events/" + event.id);
  EXPECT_EQ(reply.text("withheld_reason"), "no_url");
  EXPECT_THAT(reply.text("withheld_explanation"), HasSubstr("favorhook callback set"));
  EXPECT_TRUE(reply.at("due").is_null());
}

TEST_F(Events, AreSentAgain) {
  const auto event = put(7, "1900000001", coupon::EventState::exhausted);
  const Reply reply = world_.call("POST", "/admin/v1/events/" + event.id + "/resend");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text("state"), "pending");
  EXPECT_THAT(world_.resent, testing::ElementsAre(7));
}

TEST_F(Events, ThatAreUnknownAreNotFound) {
  EXPECT_EQ(world_.call("GET", "/admin/v1/events/nothing").status, 404);
  EXPECT_EQ(world_.call("POST", "/admin/v1/events/nothing/resend").status, 404);
  EXPECT_TRUE(world_.resent.empty());
}

TEST_F(Events, AreCountedInTheStatus) {
  put(1, "1900000001", coupon::EventState::delivered);
  put(2, "1900000002", coupon::EventState::delivered);
  put(3, "1900000001", coupon::EventState::pending);
  world_.add_merchant("1900000001");
  const Reply reply = world_.call("GET", "/admin/v1/status");
  EXPECT_EQ(reply.text("mode"), "sandbox");
  EXPECT_EQ(reply.at("merchants"), json::value(1));
  const json::value expected = {
      {"withheld", 0}, {"pending", 1}, {"delivered", 2}, {"exhausted", 0}, {"cancelled", 0}};
  EXPECT_EQ(reply.at("events"), expected);
}

}  // namespace
}  // namespace favorhook::admin
