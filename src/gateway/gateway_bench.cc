// CPU of a request through Gateway::handle, and the signature and verification that it cannot do
// without, in the same run. "signatures" is the goals' unit: CPU over (verify + sign).
#include <benchmark/benchmark.h>

#include <ctime>

#include "gateway/test_world.h"

namespace favorhook::gateway {
namespace {

World& bench_world() {
  static World world({.durable = true});
  return world;
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

const std::string kText(400, 't');

// CPU seconds of one verification and one signature, measured here and now.
double verify_and_sign_seconds() {
  World& world = bench_world();
  const auto& key = world.newest_certificate().key;
  crypto::RsaSigner signer(key);
  const crypto::PublicKey public_key = key.public_key();
  constexpr int kRounds = 1000;
  std::string signature;
  const double start = cpu_seconds();
  for (int i = 0; i < kRounds; ++i) {
    signature = signer.sign(kText);
    CHECK(crypto::verify_sha256_rsa(public_key, kText, signature));
  }
  return (cpu_seconds() - start) / kRounds;
}

void report(benchmark::State& state, double cpu, double requests) {
  const double each = cpu / requests;
  state.counters["cpu_us"] = each * 1e6;
  state.counters["signatures"] = each / verify_and_sign_seconds();
}

void sign_alone(benchmark::State& state) {
  crypto::RsaSigner signer(bench_world().newest_certificate().key);
  for (auto _ : state) benchmark::DoNotOptimize(signer.sign(kText));
}
BENCHMARK(sign_alone);

void verify_alone(benchmark::State& state) {
  const auto key = bench_world().merchant_key.public_key();
  const std::string signature = bench_world().merchant_signer.sign(kText);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::verify_sha256_rsa(key, kText, signature));
}
BENCHMARK(verify_alone);

void get_callback(benchmark::State& state) {
  World& world = bench_world();
  world.post(kCallbacks, R"({"notify_url":"https://shop.example/notify"})");
  const HttpRequest request = world.request("GET", kCallbacks + "?mchid=" + kSeed);
  const double start = cpu_seconds();
  for (auto _ : state) {
    world.gateway->handle(request, [](HttpAnswer answer) { CHECK(answer.status == 200); });
  }
  report(state, cpu_seconds() - start, double(state.iterations()));
}
BENCHMARK(get_callback);

// `range` coupons a batch, each batch flushed; only handling and committing is counted.
void send_coupon(benchmark::State& state) {
  static int made = 0;
  World& world = bench_world();
  const std::string number = "bench-" + std::to_string(++made);
  const HttpAnswer created = world.post(
      kStocks,
      R"({"stock_name":"s","belong_merchant":"10000098","goods_name":"g","stock_type":"NORMAL",)"
      R"("coupon_use_rule":{"coupon_available_time":{"available_begin_time":)"
      R"("2026-05-01T00:00:00+08:00","available_end_time":"2026-05-31T00:00:00+08:00"},)"
      R"("fixed_normal_coupon":{"discount_amount":5,"transaction_minimum":100},)"
      R"("use_method":"OFF_LINE"},"stock_send_rule":{"max_coupons":1000000000,)"
      R"("max_coupons_per_user":100},"coupon_code_mode":"WECHATPAY_MODE","out_request_no":")" +
          number + "\"}");
  const auto at = created.body.find("stock_id\":\"") + 11;
  const std::string stock_id = created.body.substr(at, created.body.find('"', at) - at);
  double cpu = 0;
  int sent = 0;
  for (auto _ : state) {
    std::vector<HttpRequest> requests;
    for (int i = 0; i < state.range(0); ++i, ++sent) {
      requests.push_back(world.request(
          "POST", kSend,
          fmt::format(
              R"({{"openid":"oUser{:023}","appid":"{}","stock_id":"{}","out_request_no":"{}-{}"}})",
              sent, kAppid, stock_id, number, sent)));
    }
    const double start = cpu_seconds();
    for (const HttpRequest& request : requests) {
      world.gateway->handle(request, [](HttpAnswer answer) { CHECK(answer.status == 200); });
    }
    world.commit();
    cpu += cpu_seconds() - start;
  }
  report(state, cpu, sent);
}
BENCHMARK(send_coupon)->Arg(1)->Arg(8)->Arg(64)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace favorhook::gateway
