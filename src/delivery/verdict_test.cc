#include "delivery/verdict.h"

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

TEST(Verdict, Only200And204Acknowledge) {
  for (const int status : {200, 204}) {
    EXPECT_EQ(judge(answered(status), true).word, "acknowledged") << status;
    EXPECT_EQ(judge(answered(status), true).consequence, Consequence::delivered) << status;
  }
  for (const int status : {201, 202, 206, 301, 302, 307, 400, 404, 500, 503}) {
    EXPECT_EQ(judge(answered(status), true).word, "status_not_ack") << status;
    EXPECT_EQ(judge(answered(status), true).consequence, Consequence::next_step) << status;
  }
}

TEST(Verdict, EveryOtherEndHasAWordOfItsOwnAndTakesAStep) {
  const std::pair<PostEnd, std::string_view> table[] = {
      {PostEnd::dns_failed, "dns_failed"}, {PostEnd::connect_failed, "connect_failed"},
      {PostEnd::tls_failed, "tls_failed"}, {PostEnd::certificate_refused, "certificate_refused"},
      {PostEnd::timed_out, "timed_out"},   {PostEnd::reset, "reset"},
      {PostEnd::bad_answer, "bad_answer"}, {PostEnd::answer_too_large, "answer_too_large"},
  };
  for (const auto& [end, word] : table) {
    EXPECT_EQ(judge(ended(end), true).word, word);
    EXPECT_EQ(judge(ended(end), true).consequence, Consequence::next_step) << word;
  }
}

TEST(Verdict, EveryWordSaysWhetherTheReceiverSawThePost) {
  for (int end = 1; end <= static_cast<int>(PostEnd::answer_too_large); ++end) {
    const std::string_view word = judge(ended(static_cast<PostEnd>(end)), false).word;
    EXPECT_TRUE(seen_by_receiver(word)) << word;
  }
  EXPECT_EQ(seen_by_receiver("acknowledged"), Seen::yes);
  EXPECT_EQ(seen_by_receiver("connect_failed"), Seen::no);
  EXPECT_EQ(seen_by_receiver(kVerdictUnknown), Seen::open);
  EXPECT_EQ(seen_by_receiver(kConnectionLost.word), Seen::open);
  EXPECT_EQ(seen_by_receiver(""), std::nullopt);
}

// UNCONFIRMED: protocol §2.3 names the status alone; what the real sender does with a body that
// never ends is not documented.
TEST(Verdict, UnconfirmedTheHeadDecidesWhateverBecomesOfTheBody) {
  for (const PostEnd end :
       {PostEnd::answer_too_large, PostEnd::bad_answer, PostEnd::timed_out, PostEnd::reset}) {
    PostResult result = answered(200);
    result.end = end;
    result.answer_started = true;
    result.connection_reused = true;
    EXPECT_EQ(judge(result, true).word, "acknowledged");
    result.status = 500;
    EXPECT_EQ(judge(result, true).word, "status_not_ack");
    result.status = 0;
    EXPECT_EQ(judge(result, true).consequence, Consequence::next_step);
  }
}

TEST(Verdict, ARefusedHostWithholds) {
  EXPECT_EQ(judge(ended(PostEnd::host_refused), true).word, "host_refused");
  EXPECT_EQ(judge(ended(PostEnd::host_refused), true).consequence, Consequence::withheld);
}

TEST(Verdict, AKeptConnectionThatDiesBeforeAnAnswerIsRetriedAtOnceAndOnlyOnce) {
  PostResult died = ended(PostEnd::reset);
  died.connection_reused = true;
  EXPECT_EQ(judge(died, true).word, "connection_lost");
  EXPECT_EQ(judge(died, true).consequence, Consequence::at_once);
  EXPECT_EQ(judge(died, false).word, "reset");
  EXPECT_EQ(judge(died, false).consequence, Consequence::next_step);
}

TEST(Verdict, OtherDeathsAreNotRetriedAtOnce) {
  PostResult fresh = ended(PostEnd::reset);
  EXPECT_EQ(judge(fresh, true).consequence, Consequence::next_step);
  PostResult half_answered = ended(PostEnd::reset);
  half_answered.connection_reused = half_answered.answer_started = true;
  EXPECT_EQ(judge(half_answered, true).consequence, Consequence::next_step);
  PostResult slow = ended(PostEnd::timed_out);
  slow.connection_reused = true;
  EXPECT_EQ(judge(slow, true).consequence, Consequence::next_step);
}

TEST(Verdict, EveryWordIsExplained) {
  std::set<std::string> sentences;
  const std::string_view words[] = {
      "acknowledged",   "status_not_ack",   "timed_out",    "reset",      "connect_failed",
      "dns_failed",     "tls_failed",       "host_refused", "bad_answer", "certificate_refused",
      "no_apiv3_key",   "answer_too_large", "unknown",      "",           "connection_lost",
      "no_platform_key"};
  for (const std::string_view word : words) {
    const std::string sentence = explain(word, 0, "");
    EXPECT_GT(sentence.size(), 20u) << word;
    EXPECT_TRUE(sentences.insert(sentence).second) << word << " is explained like another word";
  }
  const std::string full = explain("status_not_ack", 302, "Location: /login");
  EXPECT_NE(full.find("302"), std::string::npos);
  EXPECT_NE(full.find("Location: /login"), std::string::npos);
}

}  // namespace
}  // namespace favorhook::delivery
