// favorhook-sim: runs seeds of the simulation and tells of each one that fails.
//
//   favorhook-sim --seeds 10000 --from 1
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/log.h"
#include "sim/world.h"

namespace {

using namespace favorhook;

struct Total {
  std::uint64_t seeds = 0, failed = 0, events = 0, attempts = 0, delivered = 0, posts = 0,
                crashes = 0;
  Millis virtual_time{0};
};

void run_seed(std::uint64_t seed, Total& total) {
  const sim::Outcome outcome = sim::run_world(seed, sim::workload_of(seed));
  ++total.seeds;
  total.events += outcome.events;
  total.attempts += outcome.attempts;
  total.delivered += outcome.delivered;
  total.posts += outcome.posts_seen;
  total.crashes += outcome.crashes;
  total.virtual_time += outcome.virtual_time;
  if (outcome.faults.empty()) return;
  ++total.failed;
  for (const std::string& fault : outcome.faults) fmt::print("seed {}: {}\n", seed, fault);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seeds = 200;
  std::uint64_t from = 1;
  bool logs = false;
  CLI::App app(
      "Runs whole nodes on virtual clocks, with crashes and faults, and checks what must "
      "always hold. A seed that fails once fails always.");
  app.add_option("--seeds", seeds, "how many")->capture_default_str();
  app.add_option("--from", from, "the first one")->capture_default_str();
  app.add_flag("--logs", logs, "show the nodes' log lines");
  CLI11_PARSE(app, argc, argv);

  set_log_level(logs ? LogLevel::debug : LogLevel::none);
  const auto began = std::chrono::steady_clock::now();
  Total total;
  for (std::uint64_t seed = from; seed - from < seeds; ++seed) run_seed(seed, total);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print(
      "{} seeds, {} failed; {} events, {} delivered, {} attempts, {} POSTs seen, {} crashes; "
      "{:.1f} virtual hours in {:.1f} s\n",
      total.seeds, total.failed, total.events, total.delivered, total.attempts, total.posts,
      total.crashes, std::chrono::duration<double>(total.virtual_time).count() / 3600,
      took.count());
  return total.failed == 0 ? 0 : 1;
}
