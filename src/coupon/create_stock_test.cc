#include <gtest/gtest.h>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

using apiv3::ErrorId;

CreateStock create(const char* caller, const char* belong, const char* request = "stock-1") {
  CreateStock command{.caller = caller, .stock = {}};
  command.stock.belong_merchant = belong;
  command.stock.out_request_no = request;
  command.stock.request_digest = "digest";
  command.stock.terms_json = "{}";
  command.stock.available_begin_time = at("2020-04-19T13:29:35+08:00");
  command.stock.available_end_time = at("2020-05-20T13:29:35+08:00");
  command.stock.max_coupons = 100;
  command.stock.max_coupons_per_user = 5;
  return command;
}

TEST(CreateStock, StoresAStockUnderTheCreatorsNumber) {
  World world;
  for (int i = 1; i <= 3; ++i) {
    const std::string request = "stock-" + std::to_string(i);
    const Decision decision = world.run(create(World::kCreator, World::kCreator, request.c_str()));
    ASSERT_TRUE(decision.has_value());
    const auto& made = std::get<StockCreated>(*decision);
    EXPECT_EQ(made.stock_id, "128207000000000" + std::to_string(i));
    EXPECT_EQ(made.create_time, world.now);
    const Stock& stock = *world.stored.find<Stock>(made.stock_id);
    EXPECT_EQ(stock.creator_mchid, World::kCreator);
    EXPECT_EQ(stock.stock_state, StockState::running);
    EXPECT_EQ(stock.create_time, world.now);
    EXPECT_EQ(stock.terms_json, "{}");
    EXPECT_EQ(world.stored.find<StockCount>(made.stock_id)->total_send_num, 0);
  }
  const Decision other = world.run(create(World::kChild, World::kChild));
  EXPECT_EQ(std::get<StockCreated>(*other).stock_id, "1282090000000001") << "a counter of its own";
}

TEST(CreateStock, TheSameRequestGivesTheSameStock) {
  World world;
  const Decision first = world.run(create(World::kCreator, World::kCreator));
  world.now += std::chrono::hours(1);
  const Decision again = world.run(create(World::kCreator, World::kCreator));
  EXPECT_EQ(std::get<StockCreated>(*again).stock_id, std::get<StockCreated>(*first).stock_id);
  EXPECT_EQ(std::get<StockCreated>(*again).create_time, std::get<StockCreated>(*first).create_time);
  EXPECT_EQ(world.stored.table<Stock>().slots().size(), 1u);

  CreateStock different = create(World::kCreator, World::kCreator);
  different.stock.request_digest = "another digest";
  EXPECT_EQ(world.refusal(different), ErrorId::stock_already_exists);

  const Decision of_another_merchant = world.run(create(World::kChild, World::kChild));
  EXPECT_TRUE(of_another_merchant.has_value()) << "request numbers are each merchant's own";
}

TEST(CreateStock, TheSameRequestTwiceInOneBatch) {
  World world;
  const auto decisions = world.run_batch(
      {create(World::kCreator, World::kCreator), create(World::kCreator, World::kCreator)});
  EXPECT_EQ(std::get<StockCreated>(*decisions[0]).stock_id,
            std::get<StockCreated>(*decisions[1]).stock_id);
  EXPECT_EQ(world.stored.table<Stock>().slots().size(), 1u);
}

TEST(CreateStock, WhoseStocksMayBeMade) {
  struct Case {
    const char* caller;
    const char* belong;
    std::optional<ErrorId> refusal;
  };
  for (const Case& c : {
           Case{World::kCreator, World::kCreator, std::nullopt},
           Case{World::kProvider, World::kChild, std::nullopt},
           Case{World::kProvider, World::kProvider, std::nullopt},
           Case{World::kCreator, "1999999999", ErrorId::mch_not_exists},
           Case{World::kCreator, World::kStranger, ErrorId::belong_merchant_unrelated},
           Case{World::kProvider, World::kStranger, ErrorId::belong_merchant_unrelated},
           Case{World::kChild, World::kProvider, ErrorId::belong_merchant_unrelated},
       }) {
    World world;
    EXPECT_EQ(world.refusal(create(c.caller, c.belong)), c.refusal)
        << c.caller << " for " << c.belong;
  }
}

TEST(CreateStock, TimesOfTheValidity) {
  struct Case {
    const char* begin;
    const char* end;
    std::optional<ErrorId> refusal;
  };
  for (const Case& c : {
           // As in the documents' own sample.
           Case{"2015-05-20T13:29:35+08:00", "2015-05-20T13:29:35+08:00", std::nullopt},
           Case{"2015-05-20T13:29:35+08:00", "2015-05-20T13:29:34+08:00",
                ErrorId::parameter_invalid},
           Case{"2020-01-01T00:00:00+08:00", "2021-01-01T00:00:00+08:00", std::nullopt},
           Case{"2020-01-01T00:00:00+08:00", "2021-01-01T00:00:00.001+08:00",
                ErrorId::parameter_invalid},
       }) {
    World world;
    CreateStock command = create(World::kCreator, World::kCreator);
    command.stock.available_begin_time = at(c.begin);
    command.stock.available_end_time = at(c.end);
    EXPECT_EQ(world.refusal(command), c.refusal) << c.begin << " " << c.end;
  }
}

}  // namespace
}  // namespace favorhook::coupon
