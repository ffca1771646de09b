#include "bench/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>

#include "base/check.h"
#include "bench/measure.h"
#include "crypto/sign.h"

namespace favorhook::bench {
namespace {

constexpr int kSignatures = 800;
constexpr int kBurst = 4;
constexpr int kBurstsMin = 10;
constexpr std::chrono::milliseconds kBurstPause{25};
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

}  // namespace

struct Units::Inside {
  void run(const std::stop_token& stop);
  void burst();

  crypto::RsaSigner signer{key()};
  crypto::PublicKey public_key = key().public_key();
  std::string signature = signer.sign(text());
  Unit sum;
  int bursts = 0;
  std::jthread thread;  // the last, so that it ends first
};

// The first of each kind brings its code back into the cache, as the server's loops have it.
void Units::Inside::burst() {
  signer.sign(text());
  double begun = thread_cpu_seconds();
  for (int i = 0; i < kBurst; ++i) signer.sign(text());
  sum.sign_us += (thread_cpu_seconds() - begun) * 1e6 / kBurst;
  CHECK(crypto::verify_sha256_rsa(public_key, text(), signature));
  begun = thread_cpu_seconds();
  for (int i = 0; i < kBurst; ++i) crypto::verify_sha256_rsa(public_key, text(), signature);
  sum.verify_us += (thread_cpu_seconds() - begun) * 1e6 / kBurst;
  ++bursts;
}

void Units::Inside::run(const std::stop_token& stop) {
  while (!stop.stop_requested() || bursts < kBurstsMin) {
    burst();
    if (!stop.stop_requested()) std::this_thread::sleep_for(kBurstPause);
  }
}

Units::Units() : inside_(std::make_unique<Inside>()) {
  inside_->thread =
      std::jthread([inside = inside_.get()](const std::stop_token& stop) { inside->run(stop); });
}

Units::~Units() = default;

Unit Units::end() {
  inside_->thread.request_stop();
  if (inside_->thread.joinable()) inside_->thread.join();
  return {inside_->sum.sign_us / inside_->bursts, inside_->sum.verify_us / inside_->bursts};
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
