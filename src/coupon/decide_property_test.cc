// Random batches of sends, repetitions and moves of the clock, checked against counts kept beside
// them.
#include <gtest/gtest.h>

#include <set>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

struct Tally {
  std::int64_t sent = 0;
  std::map<std::int64_t, std::int64_t> by_day;
  std::map<std::string, std::int64_t> by_openid;
  std::map<std::string, std::string> code_by_request;
  std::set<std::string> codes;
};

// What decide must say to this send, by the tally alone: nothing to refuse, or the refusal.
std::optional<apiv3::ErrorId> expected(const Tally& tally, const Stock& stock,
                                       const SendCoupon& send, std::int64_t day) {
  const auto count = [](const auto& counts, const auto& key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
  };
  if (tally.code_by_request.contains(send.out_request_no)) return std::nullopt;
  if (tally.sent >= stock.max_coupons) return apiv3::ErrorId::stock_exhausted;
  if (count(tally.by_day, day) >= stock.max_coupons_by_day) return apiv3::ErrorId::stock_exhausted;
  if (count(tally.by_openid, send.openid) >= stock.max_coupons_per_user) {
    return apiv3::ErrorId::user_limit_reached;
  }
  return std::nullopt;
}

void check_and_count(Tally& tally, const Stock& stock, const SendCoupon& send, std::int64_t day,
                     const Decision& decision) {
  const auto refusal = expected(tally, stock, send, day);
  ASSERT_EQ(decision.has_value(), !refusal);
  if (refusal) {
    ASSERT_EQ(decision.error().id, *refusal);
    return;
  }
  const std::string& code = std::get<CouponSent>(*decision).coupon_code;
  const auto [request, is_new] = tally.code_by_request.emplace(send.out_request_no, code);
  ASSERT_EQ(request->second, code) << "a repetition has the same outcome";
  if (!is_new) return;
  ASSERT_TRUE(tally.codes.insert(code).second) << "codes are unique";
  ASSERT_EQ(code.size(), 22u);
  ++tally.sent;
  ++tally.by_day[day];
  ++tally.by_openid[send.openid];
}

void run_one(std::uint64_t seed) {
  World world;
  SeededRandom random(seed);
  Stock& stock = world.add_stock();
  if (random.below(2) == 0) stock.notify_appid = World::kNotifyAppid;
  stock.max_coupons = 1 + std::int64_t(random.below(40));
  stock.max_coupons_by_day = 1 + std::int64_t(random.below(20));
  stock.max_coupons_per_user = 1 + std::int64_t(random.below(6));
  // A number used again comes with the openid that it had, as a repetition does.
  std::map<std::string, std::string> openids;
  Tally tally;
  for (int round = 0; round < 12; ++round) {
    std::vector<Command> batch;
    for (std::uint64_t i = 0, size = 1 + random.below(8); i < size; ++i) {
      const std::string request = "no-" + std::to_string(random.below(60));
      const auto openid =
          openids.try_emplace(request, "openid_" + std::to_string(random.below(10))).first;
      batch.push_back(world.send(request, openid->second));
    }
    const auto decisions = world.run_batch(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      check_and_count(tally, stock, std::get<SendCoupon>(batch[i]), day_in_china(world.now),
                      decisions[i]);
      if (testing::Test::HasFatalFailure()) return;
    }
    world.now += std::chrono::hours(random.below(10));
  }
  EXPECT_EQ(world.stored.find<StockCount>(stock.stock_id)->total_send_num, tally.sent);
  EXPECT_EQ(std::int64_t(world.stored.table<Event>().slots().size()), tally.sent);
  EXPECT_EQ(std::int64_t(world.stored.table<Coupon>().slots().size()), tally.sent);
}

TEST(DecideProperty, AnySequenceOfSendsKeepsEveryBoundExactlyAndRepeatsItsAnswers) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    run_one(seed);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace favorhook::coupon
