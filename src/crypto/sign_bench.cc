// What a signature, a verification and a sealed event cost: the figures that the project's goals
// are counted in.
#include <benchmark/benchmark.h>

#include "crypto/aead.h"
#include "crypto/sign.h"

namespace favorhook::crypto {
namespace {

const PrivateKey& bench_key() {
  static const PrivateKey key = PrivateKey::generate_rsa2048();
  return key;
}
const std::string kText(700, 't');  // a notification's signing string

void sign(benchmark::State& state) {
  RsaSigner signer(bench_key());
  for (auto _ : state) benchmark::DoNotOptimize(signer.sign(kText));
}
BENCHMARK(sign);
BENCHMARK(sign)->Threads(2)->UseRealTime();

void verify(benchmark::State& state) {
  const PublicKey key = bench_key().public_key();
  const std::string signature = RsaSigner(bench_key()).sign(kText);
  for (auto _ : state) benchmark::DoNotOptimize(verify_sha256_rsa(key, kText, signature));
}
BENCHMARK(verify);

void seal_500_bytes(benchmark::State& state) {
  const std::string plaintext(500, 'p');
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        aead_seal("a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb", "uluk4a9R25RW", "coupon", plaintext));
  }
}
BENCHMARK(seal_500_bytes);

void open_500_bytes(benchmark::State& state) {
  const std::string sealed = *aead_seal("a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb", "uluk4a9R25RW",
                                        "coupon", std::string(500, 'p'));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        aead_open("a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb", "uluk4a9R25RW", "coupon", sealed));
  }
}
BENCHMARK(open_500_bytes);

}  // namespace
}  // namespace favorhook::crypto
