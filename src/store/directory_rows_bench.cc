// What a change of one merchant costs the writer's thread, by how many merchants there are.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "store/directory_rows.h"

namespace favorhook::store {
namespace {

MerchantRow merchant_row(std::int64_t i) {
  return {.mchid = fmt::format("{}", 1'900'000'000 + i),
          .name = "shop",
          .kind = "direct",
          .number = fmt::format("{}", 100'000 + i),
          .mode = "certificate",
          .event_push = true,
          .api_send = true};
}

void change_one_merchant(benchmark::State& bench) {
  DirectoryRows rows;
  for (std::int64_t i = 0; i < bench.range(0); ++i) rows.add(merchant_row(i));
  std::shared_ptr<const coupon::Directory> directory = *make_directory(rows);
  DirectoryRows change;
  change.add(merchant_row(3));
  for (auto _ : bench) {
    directory = *with_changes(*directory, change);
    benchmark::DoNotOptimize(directory.get());
  }
}
BENCHMARK(change_one_merchant)->Arg(10)->Arg(1'000)->Arg(10'000);

}  // namespace
}  // namespace favorhook::store
