#include "delivery/judge.h"

#include <gtest/gtest.h>

#include <set>

namespace favorhook::delivery {
namespace {

PostResult answered(int status) {
  PostResult result;
  result.end = PostEnd::answered;
  result.status = status;
  return result;
}

PostResult ended(PostEnd end) {
  PostResult result;
  result.end = end;
  return result;
}

TEST(Judge, Only200And204Acknowledge) {
  for (const int status : {200, 204}) {
    EXPECT_EQ(judge(answered(status), true).verdict, Verdict::acknowledged) << status;
    EXPECT_EQ(judge(answered(status), true).consequence, Consequence::delivered) << status;
  }
  for (const int status : {201, 202, 206, 301, 302, 307, 400, 404, 500, 503}) {
    EXPECT_EQ(judge(answered(status), true).verdict, Verdict::status_not_ack) << status;
    EXPECT_EQ(judge(answered(status), true).consequence, Consequence::next_step) << status;
  }
}

TEST(Judge, EveryOtherEndHasAWordOfItsOwnAndTakesAStep) {
  const std::pair<PostEnd, Verdict> table[] = {
      {PostEnd::dns_failed, Verdict::dns_failed},
      {PostEnd::connect_failed, Verdict::connect_failed},
      {PostEnd::tls_failed, Verdict::tls_failed},
      {PostEnd::certificate_refused, Verdict::certificate_refused},
      {PostEnd::timed_out, Verdict::timed_out},
      {PostEnd::reset, Verdict::reset},
      {PostEnd::bad_answer, Verdict::bad_answer},
      {PostEnd::answer_too_large, Verdict::answer_too_large},
  };
  for (const auto& [end, verdict] : table) {
    EXPECT_EQ(judge(ended(end), true).verdict, verdict);
    EXPECT_EQ(judge(ended(end), true).consequence, Consequence::next_step) << to_text(verdict);
  }
}

TEST(Judge, EveryVerdictSaysWhetherTheReceiverSawThePost) {
  EXPECT_EQ(seen_by_receiver(Verdict::acknowledged), Seen::yes);
  EXPECT_EQ(seen_by_receiver(Verdict::connect_failed), Seen::no);
  EXPECT_EQ(seen_by_receiver(Verdict::unknown), Seen::open);
  EXPECT_EQ(seen_by_receiver(Verdict::connection_lost), Seen::open);
  EXPECT_EQ(seen_by_receiver(Verdict::none), Seen::open);
}

// UNCONFIRMED: protocol §2.3 names the status alone; what the real sender does with a body that
// never ends is not documented.
TEST(Judge, UnconfirmedTheHeadDecidesWhateverBecomesOfTheBody) {
  for (const PostEnd end :
       {PostEnd::answer_too_large, PostEnd::bad_answer, PostEnd::timed_out, PostEnd::reset}) {
    PostResult result = answered(200);
    result.end = end;
    result.answer_started = true;
    result.connection_reused = true;
    EXPECT_EQ(judge(result, true).verdict, Verdict::acknowledged);
    result.status = 500;
    EXPECT_EQ(judge(result, true).verdict, Verdict::status_not_ack);
    result.status = 0;
    EXPECT_EQ(judge(result, true).consequence, Consequence::next_step);
  }
}

TEST(Judge, ARefusedHostWithholds) {
  EXPECT_EQ(judge(ended(PostEnd::host_refused), true).verdict, Verdict::host_refused);
  EXPECT_EQ(judge(ended(PostEnd::host_refused), true).consequence, Consequence::withheld);
}

TEST(Judge, AKeptConnectionThatDiesBeforeAnAnswerIsRetriedAtOnceAndOnlyOnce) {
  PostResult died = ended(PostEnd::reset);
  died.connection_reused = true;
  EXPECT_EQ(judge(died, true).verdict, Verdict::connection_lost);
  EXPECT_EQ(judge(died, true).consequence, Consequence::at_once);
  EXPECT_EQ(judge(died, false).verdict, Verdict::reset);
  EXPECT_EQ(judge(died, false).consequence, Consequence::next_step);
}

TEST(Judge, OtherDeathsAreNotRetriedAtOnce) {
  PostResult fresh = ended(PostEnd::reset);
  EXPECT_EQ(judge(fresh, true).consequence, Consequence::next_step);
  PostResult half_answered = ended(PostEnd::reset);
  half_answered.connection_reused = half_answered.answer_started = true;
  EXPECT_EQ(judge(half_answered, true).consequence, Consequence::next_step);
  PostResult slow = ended(PostEnd::timed_out);
  slow.connection_reused = true;
  EXPECT_EQ(judge(slow, true).consequence, Consequence::next_step);
}

TEST(Judge, EveryVerdictIsExplained) {
  std::set<std::string> sentences;
  for (const auto& [verdict, word] : words(Verdict{})) {
    const std::string sentence = explain(verdict, 0, "");
    EXPECT_GT(sentence.size(), 20u) << word;
    EXPECT_TRUE(sentences.insert(sentence).second) << word << " is explained like another word";
  }
  const std::string full = explain(Verdict::status_not_ack, 302, "Location: /login");
  EXPECT_NE(full.find("302"), std::string::npos);
  EXPECT_NE(full.find("Location: /login"), std::string::npos);
}

}  // namespace
}  // namespace favorhook::delivery
