// What deciding costs of a call's budget: sends over rows that are loaded, in batches as the commit
// queue makes them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

// Whatever is wanted by it and not loaded is `row`.
template <class By>
void load(State& state, const std::optional<RowOf<By>>& row) {
  CHECK(state.table<RowOf<By>>().template load<By>(
      [&](const auto&) { return Result<std::optional<RowOf<By>>>(row); }));
}

// Rows of the store for `users` known persons, as one loaded state.
State warm_state(World& world, int users) {
  world.add_stock().notify_appid = World::kNotifyAppid;
  Stock& stock = *world.stored.table<Stock>().slots().begin()->second.row;
  stock.max_coupons = 1'000'000'000;
  stock.max_coupons_per_user = 100;
  std::vector<Command> sends;
  for (int i = 0; i < users; ++i) {
    sends.push_back(world.send(fmt::format("warm-{}", i), fmt::format("openid_{}", i)));
  }
  world.run_batch(sends);
  State state;
  each_type(BusinessRows{}, [&]<class Row>() {
    for (const auto& [key, slot] : world.stored.table<Row>().slots()) {
      state.hold(*slot.row);
      each_type(IndexesOf<Row>{}, [&]<class By>() {
        state.table<Row>().template want<By>(By::tie(*slot.row));
        load<By>(state, slot.row);
      });
    }
  });
  return state;
}

// Nothing else is there.
void mark_loaded(State& state) {
  each_type(BusinessRows{}, [&]<class Row>() {
    load<Row>(state, std::nullopt);
    each_type(IndexesOf<Row>{}, [&]<class By>() { load<By>(state, std::nullopt); });
  });
}

// Items are commands: want, its second round, and decide.
void decide_send(benchmark::State& bench) {
  const int batch = int(bench.range(0));
  World world;
  const State warm = warm_state(world, batch);
  const Directory directory(world.merchants, {},
                            {{World::kAppid, World::kGroup}, {World::kNotifyAppid, World::kGroup}});
  const Context context{directory, world.url_policy, world.random, world.now, true};
  std::vector<Command> sends;
  for (int i = 0; i < batch; ++i) {
    sends.push_back(world.send(fmt::format("no-{}", i), fmt::format("openid_{}", i)));
  }
  for (auto _ : bench) {
    bench.PauseTiming();
    State state = warm;
    bench.ResumeTiming();
    for (const Command& send : sends) want(send, state, context);
    mark_loaded(state);
    for (const Command& send : sends) want(send, state, context);
    for (const Command& send : sends) {
      const Decision decision = decide(send, state, context);
      CHECK(decision.has_value());
    }
    bench.PauseTiming();
    state = State();
    bench.ResumeTiming();
  }
  bench.SetItemsProcessed(bench.iterations() * batch);
}
BENCHMARK(decide_send)->Arg(16)->Arg(256);

}  // namespace
}  // namespace favorhook::coupon
