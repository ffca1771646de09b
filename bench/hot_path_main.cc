// favorhook-hot-path WORK COUNT: does one kind of the hot path's work so many times, inside a
// function by which callgrind can tell it from what is set up before. tools/hot-path calls it.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>

#include "base/check.h"
#include "base/limits.h"
#include "bench/hot_node.h"

namespace {

using namespace favorhook;
using favorhook::bench::HotNode;

// What callgrind counts: the name is in tools/hot-path.
[[gnu::noinline]] void hot_path_counted(const std::function<void()>& work) {
  work();
}

// Each piece of work makes one signature; another number of them would be another amount of work.
// Deliveries are signed a window at a time, so they come in multiples of that.
void count(const HotNode& node, std::size_t pieces, const std::function<void()>& work) {
  const std::uint64_t before = node.signatures();
  hot_path_counted(work);
  CHECK(node.signatures() == before + pieces);
}

// Signers, statements and SQLite's cache are warm, and everybody has one coupon.
constexpr std::size_t kWarmUp = 24;
// Until a receiver's window is as wide as it gets: batches of 8, 16, and three of 32.
constexpr std::int64_t kWarmUpDeliveries = 120;

void answer(HotNode& node, std::size_t pieces, std::size_t batch,
            const std::function<std::string()>& make) {
  std::vector<std::string> requests;
  while (requests.size() < kWarmUp + pieces) requests.push_back(make());
  const auto measured = requests.begin() + kWarmUp;
  node.answer({requests.begin(), measured}, kWarmUp);
  requests.erase(requests.begin(), measured);
  count(node, pieces, [&] { node.answer(requests, batch); });
}

void get(std::size_t pieces) {
  HotNode node({});
  const std::string request = node.get_callback();
  answer(node, pieces, 1, [&] { return request; });
}

void send(std::size_t pieces, std::size_t batch) {
  HotNode node({.answers = false});
  answer(node, pieces, batch, [&] { return node.send_coupon(); });
}

void deliver(std::size_t pieces) {
  const auto more = std::int64_t{limits::kInFlightPerReceiverMax} * 2;
  HotNode node({.pending = std::int64_t(pieces) + kWarmUpDeliveries + more});
  node.deliver(kWarmUpDeliveries);
  count(node, pieces, [&] { node.deliver(pieces); });
}

const std::map<std::string_view, std::function<void(std::size_t)>> kWorks = {
    {"get", &get},
    {"send", [](std::size_t pieces) { send(pieces, 1); }},
    {"send_batch", [](std::size_t pieces) { send(pieces, 20); }},
    {"deliver", &deliver},
};

}  // namespace

int main(int argc, char** argv) {
  const auto work = argc == 3 ? kWorks.find(argv[1]) : kWorks.end();
  const long pieces = argc == 3 ? std::atol(argv[2]) : 0;
  if (work == kWorks.end() || pieces < 1) {
    fmt::print(stderr, "usage: favorhook-hot-path get|send|send_batch|deliver COUNT\n");
    return 2;
  }
  work->second(std::size_t(pieces));
  return 0;
}
