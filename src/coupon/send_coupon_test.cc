#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

using apiv3::ErrorId;
using testing::MatchesRegex;

TEST(SendCoupon, WritesTheCouponItsCountsAndItsEvent) {
  World world;
  world.add_stock().available_day_after_receive = 3;
  const Decision decision = world.run(world.send("no-1"));
  ASSERT_TRUE(decision.has_value());
  const auto& sent = std::get<CouponSent>(*decision);
  EXPECT_EQ(sent.stock_id, "1282070000000007");
  EXPECT_EQ(sent.out_request_no, "no-1");
  EXPECT_THAT(sent.coupon_code, MatchesRegex("1201000001[0-9]{12}"));

  const Coupon& coupon = *world.stored.find<Coupon::ByRequest>(World::kCreator, "no-1");
  EXPECT_EQ(coupon.id, 1);
  EXPECT_EQ(coupon.creator_mchid, World::kCreator);
  EXPECT_EQ(coupon.send_merchant, World::kCreator);
  EXPECT_EQ(coupon.coupon_state, CouponState::sended);
  EXPECT_EQ(coupon.appid, World::kAppid);
  EXPECT_EQ(coupon.person, 1);
  EXPECT_EQ(coupon.send_time, world.now);
  EXPECT_EQ(to_rfc3339(coupon.available_start_time), "2020-04-22T00:00:00+08:00");
  EXPECT_EQ(to_rfc3339(coupon.expire_time), "2020-04-24T23:59:59+08:00");
  EXPECT_EQ(world.stored.find<Coupon::ByCode>(sent.stock_id, sent.coupon_code)->id, 1);
  EXPECT_EQ(world.stored.find<StockCount>(sent.stock_id)->total_send_num, 1);
  EXPECT_EQ(world.stored.find<UserCount>(sent.stock_id, 1)->send_num, 1);

  const Event& event = world.last_event();
  EXPECT_EQ(event.seq, 1);
  EXPECT_EQ(event.coupon_code, sent.coupon_code);
  EXPECT_EQ(event.state, EventState::pending);
  EXPECT_EQ(event.withheld_reason, WithheldReason::none);
  EXPECT_EQ(event.due, world.now);
}

// Starts with everything wrong and mends one thing after the other.
TEST(SendCoupon, RefusesInTheOrderOfItsRules) {
  World world;
  world.sandbox = false;
  Stock& stock = world.add_stock();
  world.merchant(World::kCreator).appids.clear();
  stock.stock_state = StockState::paused;
  stock.max_coupons = stock.max_coupons_by_day = stock.max_coupons_per_user = 1;
  Coupon old;
  old.id = 1000;
  old.send_merchant = World::kCreator;
  old.out_request_no = "taken";
  old.stock_id = stock.stock_id;
  old.coupon_code = "TAKEN";
  old.request_digest = "of another request";
  world.stored.put(old);
  world.stored.put(StockCount{stock.stock_id, 1, day_in_china(world.now), 1});
  world.stored.put(UserCount{stock.stock_id, 1, 1});

  SendCoupon send = world.send("taken", "bad openid");
  send.stock_id = "1282070000000099";
  send.caller = World::kStranger;
  send.coupon_code = "TAKEN";
  const BusinessTime in_time = world.now;
  world.now = stock.available_end_time + Millis(1);

  struct Step {
    const char* wrong;
    ErrorId refusal;
    std::function<void()> mend;
  };
  const Step steps[] = {
      {"unknown stock", ErrorId::resource_not_exists, [&] { send.stock_id = stock.stock_id; }},
      {"caller may not send", ErrorId::api_send_not_allowed,
       [&] { world.merchant(World::kStranger).api_send = true; }},
      {"caller unrelated", ErrorId::no_auth, [&] { send.caller = World::kCreator; }},
      {"appid not bound", ErrorId::appid_mchid_not_match,
       [&] { world.merchant(World::kCreator).appids = {World::kAppid}; }},
      {"openid malformed", ErrorId::user_not_exists, [&] { send.openid = "oKnown"; }},
      {"openid unknown", ErrorId::user_not_exists,
       [&] { ASSERT_TRUE(world.run(ImportUser{{{World::kAppid, "oKnown"}}, {}})); }},
      {"request number used", ErrorId::request_repeated_differently,
       [&] { send.out_request_no = "free"; }},
      {"stock paused", ErrorId::stock_not_running,
       [&] { stock.stock_state = StockState::running; }},
      {"after the end", ErrorId::coupon_not_in_validity, [&] { world.now = in_time; }},
      {"a code where WeChat Pay makes it", ErrorId::code_mode_illegal,
       [&] {
         stock.coupon_code_mode = CodeMode::merchant_api;
         send.coupon_code = "";
       }},
      {"no code where the merchant brings it", ErrorId::parameter_invalid,
       [&] { send.coupon_code = "TAKEN"; }},
      {"code used", ErrorId::coupon_code_already_exists, [&] { send.coupon_code = "FREE"; }},
      {"all given out", ErrorId::stock_exhausted, [&] { stock.max_coupons = 2; }},
      {"today's given out", ErrorId::stock_exhausted, [&] { stock.max_coupons_by_day = 2; }},
      {"the user has had theirs", ErrorId::user_limit_reached,
       [&] { stock.max_coupons_per_user = 2; }},
  };
  for (const Step& step : steps) {
    EXPECT_EQ(world.refusal(send), step.refusal) << step.wrong;
    step.mend();
  }
  EXPECT_EQ(world.sent_code(send), "FREE");
}

TEST(SendCoupon, WhoMaySend) {
  struct Case {
    const char* caller;
    const char* creator;
    const char* belong;
    std::optional<ErrorId> refusal;
  };
  for (const Case& c : {
           Case{World::kCreator, World::kCreator, World::kCreator, std::nullopt},
           Case{World::kChild, World::kProvider, World::kChild, std::nullopt},
           Case{World::kProvider, World::kChild, World::kChild, std::nullopt},
           Case{World::kProvider, World::kCreator, World::kChild, std::nullopt},
           Case{World::kProvider, World::kCreator, World::kCreator, ErrorId::no_auth},
           Case{World::kChild, World::kProvider, World::kProvider, ErrorId::no_auth},
           Case{"1999999999", World::kCreator, World::kCreator, ErrorId::api_send_not_allowed},
       }) {
    World world;
    for (Merchant& each : world.merchants) {
      each.api_send = true;
      each.appids = {World::kAppid};
    }
    Stock& stock = world.add_stock();
    stock.creator_mchid = c.creator;
    stock.belong_merchant = c.belong;
    SendCoupon send = world.send("no-1");
    send.caller = c.caller;
    EXPECT_EQ(world.refusal(send), c.refusal) << c.caller << " " << c.creator << " " << c.belong;
    if (!c.refusal) {
      EXPECT_EQ(world.last_event().receiver, c.creator) << "the creator hears of it";
    }
  }
}

TEST(SendCoupon, TheAppidMayBeOfAnyMerchantOfTheStock) {
  for (const char* owner : {World::kProvider, World::kCreator, World::kChild, World::kStranger}) {
    World world;
    for (Merchant& each : world.merchants) each.appids.clear();
    world.merchant(owner).appids = {World::kAppid};
    Stock& stock = world.add_stock();
    stock.belong_merchant = World::kChild;
    SendCoupon send = world.send("no-1");
    send.caller = World::kProvider;
    const bool unrelated = owner == std::string_view(World::kStranger);
    EXPECT_EQ(world.refusal(send),
              unrelated ? std::optional(ErrorId::appid_mchid_not_match) : std::nullopt)
        << owner;
  }
}

TEST(SendCoupon, StatesAndTimesInWhichAStockGivesCoupons) {
  struct Case {
    StockState state;
    const char* now;
    std::optional<ErrorId> refusal;
  };
  for (const Case& c : {
           Case{StockState::running, "2020-04-01T00:00:00+08:00", std::nullopt},
           Case{StockState::running, "2020-05-20T13:29:35+08:00", std::nullopt},
           Case{StockState::running, "2020-05-20T13:29:35.001+08:00",
                ErrorId::coupon_not_in_validity},
           Case{StockState::unaudit, "2020-04-22T00:00:00+08:00", ErrorId::stock_not_running},
           Case{StockState::stoped, "2020-04-22T00:00:00+08:00", ErrorId::stock_not_running},
           Case{StockState::paused, "2020-06-22T00:00:00+08:00", ErrorId::stock_not_running},
       }) {
    World world;
    world.add_stock().stock_state = c.state;
    world.now = at(c.now);
    EXPECT_EQ(world.refusal(world.send("no-1")), c.refusal) << c.now;
  }
}

TEST(SendCoupon, CodesByMode) {
  struct Case {
    CodeMode mode;
    const char* code;
    std::optional<ErrorId> refusal;
  };
  for (const Case& c : {
           Case{CodeMode::wechatpay, "", std::nullopt},
           Case{CodeMode::wechatpay, "CODE1", ErrorId::code_mode_illegal},
           Case{CodeMode::merchant_api, "CODE1", std::nullopt},
           Case{CodeMode::merchant_api, "", ErrorId::parameter_invalid},
           Case{CodeMode::merchant_upload, "", ErrorId::code_mode_illegal},
           Case{CodeMode::merchant_upload, "CODE1", ErrorId::code_mode_illegal},
       }) {
    World world;
    world.add_stock().coupon_code_mode = c.mode;
    SendCoupon send = world.send("no-1");
    send.coupon_code = c.code;
    EXPECT_EQ(world.refusal(send), c.refusal) << to_text(c.mode) << " " << c.code;
  }
}

TEST(SendCoupon, AMissingCodeIsNamedAsTheGatewayNamesMissingFields) {
  World world;
  world.add_stock().coupon_code_mode = CodeMode::merchant_api;
  const Decision decision = world.run(world.send("no-1"));
  ASSERT_FALSE(decision.has_value());
  EXPECT_EQ(decision.error().message,
            "输入源“/body/coupon_code”映射到字段“券code”必填性规则校验失败，此字段为必填项");
}

TEST(SendCoupon, ACodeIsUniqueInItsStockOnly) {
  World world;
  world.add_stock("1282070000000007").coupon_code_mode = CodeMode::merchant_api;
  world.add_stock("1282070000000008").coupon_code_mode = CodeMode::merchant_api;
  SendCoupon send = world.send("no-1");
  send.coupon_code = "CODE1";
  EXPECT_EQ(world.sent_code(send), "CODE1");
  send.out_request_no = "no-2";
  EXPECT_EQ(world.refusal(send), ErrorId::coupon_code_already_exists);
  send.stock_id = "1282070000000008";
  EXPECT_EQ(world.sent_code(send), "CODE1");
}

TEST(SendCoupon, ARepetitionStaysASuccessWhateverHappenedSince) {
  World world;
  Stock& stock = world.add_stock();
  stock.max_coupons = stock.max_coupons_per_user = 1;
  const std::string code = world.sent_code(world.send("no-1"));
  EXPECT_EQ(world.refusal(world.send("no-2")), ErrorId::stock_exhausted);
  EXPECT_EQ(world.sent_code(world.send("no-1")), code);
  stock.stock_state = StockState::stoped;
  world.now = stock.available_end_time + std::chrono::hours(1);
  EXPECT_EQ(world.sent_code(world.send("no-1")), code);
  EXPECT_EQ(world.stored.table<Event>().slots().size(), 1u) << "one coupon, one event";

  SendCoupon different = world.send("no-1");
  different.request_digest = "another";
  EXPECT_EQ(world.refusal(different), ErrorId::request_repeated_differently);
}

TEST(SendCoupon, TheBoundOfADayBeginsAgainAtMidnightInChina) {
  World world;
  world.add_stock().max_coupons_by_day = 2;
  world.now = at("2020-04-22T23:59:59.999+08:00");
  EXPECT_EQ(world.refusal(world.send("no-1")), std::nullopt);
  EXPECT_EQ(world.refusal(world.send("no-2")), std::nullopt);
  EXPECT_EQ(world.refusal(world.send("no-3")), ErrorId::stock_exhausted);
  world.now += Millis(1);
  EXPECT_EQ(world.refusal(world.send("no-3")), std::nullopt);
  const StockCount& count = *world.stored.find<StockCount>("1282070000000007");
  EXPECT_EQ(count.total_send_num, 3);
  EXPECT_EQ(count.today_send_num, 1);
}

TEST(SendCoupon, TheBoundOfAUserHoldsPerPersonWhateverTheAppid) {
  World world;
  world.add_stock().max_coupons_per_user = 1;
  world.merchant(World::kCreator).appids = {World::kAppid, World::kLonelyAppid};
  ASSERT_TRUE(
      world.run(ImportUser{{{World::kAppid, "oUnderA"}, {World::kLonelyAppid, "oUnderB"}}, {}}));
  EXPECT_EQ(world.refusal(world.send("no-1", "oUnderA")), std::nullopt);
  SendCoupon other_appid = world.send("no-2", "oUnderB");
  other_appid.appid = World::kLonelyAppid;
  EXPECT_EQ(world.refusal(other_appid), ErrorId::user_limit_reached);
  EXPECT_EQ(world.refusal(world.send("no-3", "oSomebodyElse")), std::nullopt);
}

TEST(SendCoupon, EventsAreWithheldWithTheirReason) {
  struct Case {
    WithheldReason reason;
    std::function<void(World&)> cause;
  };
  const Case cases[] = {
      {WithheldReason::push_off, [](World& w) { w.merchant(World::kCreator).event_push = false; }},
      {WithheldReason::no_apiv3_key, [](World& w) { w.merchant(World::kCreator).apiv3_key = ""; }},
      {WithheldReason::no_url, [](World& w) { w.stored.table<Callback>().slots().clear(); }},
      {WithheldReason::host_refused,
       [](World& w) { w.stored.put(Callback{World::kCreator, "https://public.example/x", {}}); }},
  };
  for (const Case& c : cases) {
    World world;
    world.add_stock();
    c.cause(world);
    EXPECT_EQ(world.refusal(world.send("no-1")), std::nullopt) << "the coupon is sent all the same";
    EXPECT_EQ(world.last_event().state, EventState::withheld);
    EXPECT_EQ(world.last_event().withheld_reason, c.reason) << to_text(c.reason);
  }
}

TEST(SendCoupon, AUrlSetEarlierInTheBatchCounts) {
  World world;
  world.add_stock();
  world.stored.table<Callback>().slots().clear();
  const auto decisions = world.run_batch(
      {SetCallback{World::kCreator, World::kCreator, "https://localhost/x"}, world.send("no-1")});
  ASSERT_TRUE(decisions[1].has_value());
  EXPECT_EQ(world.last_event().state, EventState::pending);
}

TEST(SendCoupon, ASendOfAStockMadeInTheSameBatchIsDecidedInTheNext) {
  World world;
  CreateStock create{.caller = World::kCreator, .stock = world.add_stock("1282070000000099")};
  create.stock.out_request_no = "another";
  SendCoupon guess = world.send("no-1");
  guess.stock_id = "1282070000000001";
  const auto decisions = world.run_batch({create, guess});
  ASSERT_TRUE(decisions[0].has_value());
  EXPECT_EQ(std::get<StockCreated>(*decisions[0]).stock_id, guess.stock_id);
  EXPECT_EQ(world.crossings, 1);
  EXPECT_TRUE(decisions[1].has_value());
}

}  // namespace
}  // namespace favorhook::coupon
