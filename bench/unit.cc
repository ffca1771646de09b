#include "bench/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <thread>

#include "base/check.h"
#include "bench/measure.h"
#include "crypto/sign.h"

namespace favorhook::bench {
namespace {

constexpr int kSignatures = 800;
constexpr int kVerifications = 2'000;
constexpr int kFlushes = 300;
constexpr std::size_t kFlushBytes = 4'096;

const std::string& text() {
  static const std::string kText(700, 't');  // as long as a notification's signing string
  return kText;
}

const crypto::PrivateKey& key() {
  static const crypto::PrivateKey kKey = crypto::PrivateKey::generate_rsa2048();
  return kKey;
}

double sign_us(int count) {
  crypto::RsaSigner signer(key());
  for (int i = 0; i < count / 10; ++i) signer.sign(text());
  const double begun = thread_cpu_seconds();
  for (int i = 0; i < count; ++i) signer.sign(text());
  return (thread_cpu_seconds() - begun) * 1e6 / count;
}

double verify_us(int count) {
  const crypto::PublicKey public_key = key().public_key();
  const std::string signature = crypto::RsaSigner(key()).sign(text());
  const double begun = thread_cpu_seconds();
  for (int i = 0; i < count; ++i) {
    CHECK(crypto::verify_sha256_rsa(public_key, text(), signature));
  }
  return (thread_cpu_seconds() - begun) * 1e6 / count;
}

}  // namespace

Unit measure_unit() {
  return {sign_us(kSignatures), verify_us(kVerifications)};
}

Unit mean(const std::vector<Unit>& units) {
  Unit sum;
  for (const Unit& unit : units) {
    sum.sign_us += unit.sign_us;
    sum.verify_us += unit.verify_us;
  }
  const auto count = static_cast<double>(units.size());
  return {sum.sign_us / count, sum.verify_us / count};
}

double sign_us_on_all_cores() {
  std::vector<double> each(std::max(1U, std::thread::hardware_concurrency()));
  {
    std::vector<std::jthread> threads;
    for (double& one : each) threads.emplace_back([&one] { one = sign_us(2 * kSignatures); });
  }
  return std::accumulate(each.begin(), each.end(), 0.0) / static_cast<double>(each.size());
}

double flush_p50_us(const std::string& directory) {
  const std::string path = directory + "/flush";
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  CHECK(file >= 0);
  const std::string block(kFlushBytes, 'f');
  std::vector<double> took;
  for (int i = 0; i < kFlushes; ++i) {
    const std::int64_t begun = now_ns();
    CHECK(::write(file, block.data(), block.size()) == ssize_t{kFlushBytes});
    CHECK(::fdatasync(file) == 0);
    took.push_back(static_cast<double>(now_ns() - begun) / 1e3);
  }
  ::close(file);
  ::unlink(path.c_str());
  return quantile(std::move(took), 0.5);
}

}  // namespace favorhook::bench
