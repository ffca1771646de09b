// favorhook-sim: runs seeds of the simulation and tells of each one that fails.
//
//   favorhook-sim --seeds 10000 --from 1
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <ctime>

#include "base/log.h"
#include "cli/command_line.h"
#include "sim/fault_set.h"
#include "sim/world.h"

namespace {

using namespace favorhook;

struct Total {
  std::uint64_t seeds = 0, failed = 0, events = 0, attempts = 0, delivered = 0, posts = 0,
                crashes = 0, disk_operations = 0, trace = 0;
  Millis virtual_time{0};
  std::vector<std::uint64_t> struck = std::vector<std::uint64_t>(sim::fault_names().size());
  std::vector<std::uint64_t> hits = std::vector<std::uint64_t>(sim::probe_names().size());
};

void add(std::vector<std::uint64_t>& sums, const std::vector<std::uint64_t>& more) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
}

void run_seed(std::uint64_t seed, Total& total) {
  const sim::Outcome outcome = sim::run_world(seed, sim::workload_of(seed));
  ++total.seeds;
  total.events += outcome.events;
  total.attempts += outcome.attempts;
  total.delivered += outcome.delivered;
  total.posts += outcome.posts_seen;
  total.crashes += outcome.crashes;
  total.disk_operations += outcome.disk_operations;
  total.trace = total.trace * 31 + outcome.trace;
  total.virtual_time += outcome.virtual_time;
  add(total.struck, outcome.struck);
  add(total.hits, outcome.hits);
  if (outcome.faults.empty()) return;
  ++total.failed;
  for (const std::string& fault : outcome.faults) fmt::print("seed {}: {}\n", seed, fault);
  fmt::print("seed {} failed; again: tools/sim --seeds 1 --from {}\n", seed, seed);
  std::fflush(stdout);  // whoever waits for thousands of seeds wants to know
}

// One "name number" a line, so that tools/sim can add up those of several processes.
void print_counts(std::string_view kind, std::span<const std::string_view> names,
                  const std::vector<std::uint64_t>& counts) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    fmt::print("{} {} {}\n", kind, names[i], counts[i]);
  }
}

void print(const Total& total, double seconds) {
  fmt::print("total seeds {}\ntotal failed {}\ntotal events {}\ntotal delivered {}\n", total.seeds,
             total.failed, total.events, total.delivered);
  fmt::print("total attempts {}\ntotal posts_seen {}\ntotal crashes {}\ntotal disk_operations {}\n",
             total.attempts, total.posts, total.crashes, total.disk_operations);
  fmt::print("total virtual_hours {:.1f}\ntotal cpu_seconds {:.1f}\n",
             std::chrono::duration<double>(total.virtual_time).count() / 3600, seconds);
  fmt::print("trace {:016x}\n", total.trace);
  print_counts("fault", sim::fault_names(), total.struck);
  print_counts("probe", sim::probe_names(), total.hits);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seeds = 200;
  std::uint64_t from = 1;
  bool logs = false;
  cli::CommandLine app(
      "",
      "Runs whole nodes on virtual clocks, with crashes and faults, and checks what must "
      "always hold. A seed that fails once fails always.");
  app.option("--seeds", seeds, "how many").shows_default();
  app.option("--from", from, "the first one").shows_default();
  app.flag("--logs", logs, "show the nodes' log lines");
  if (const auto exit_code = app.parse(argc, argv)) return *exit_code;

  set_log_level(logs ? LogLevel::debug : LogLevel::none);
  const std::clock_t began = std::clock();
  Total total;
  for (std::uint64_t seed = from; seed - from < seeds; ++seed) run_seed(seed, total);
  const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  print(total, took);
  return total.failed == 0 ? 0 : 1;
}
