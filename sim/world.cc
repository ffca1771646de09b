#include "sim/world.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/check.h"
#include "sim/checkers/evidence.h"
#include "sim/clients.h"
#include "sim/node.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kStepsMax = 2'000'000;  // a run takes some thousands
constexpr Millis kCommitMax = 3ms;
constexpr Millis kDownMax = 3s;

// In memory where there is such a place: a run is thousands of small transactions.
class Scratch {
 public:
  explicit Scratch(std::uint64_t seed) {
    const std::filesystem::path shared = "/dev/shm";
    const auto root = std::filesystem::is_directory(shared) && ::access(shared.c_str(), W_OK) == 0
                          ? shared
                          : std::filesystem::temp_directory_path();
    path_ = root / fmt::format("favorhook-sim-{}-{}", ::getpid(), seed);
    std::filesystem::create_directory(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string store() const { return path_ / "favorhook.db"; }

 private:
  std::filesystem::path path_;
};

// A CHECK in the node aborts the process: then at least the seed is to be known.
class SeedOnAbort {
 public:
  explicit SeedOnAbort(std::uint64_t seed) : before_(std::signal(SIGABRT, tell)) {
    const auto end = fmt::format_to_n(text_.data(), text_.size(), "seed {} aborted\n", seed);
    size_ = std::min(end.size, text_.size());
  }
  ~SeedOnAbort() { std::signal(SIGABRT, before_); }
  SeedOnAbort(const SeedOnAbort&) = delete;
  SeedOnAbort& operator=(const SeedOnAbort&) = delete;

 private:
  static void tell(int) {
    static_cast<void>(!::write(STDERR_FILENO, text_.data(), size_));
    std::signal(SIGABRT, SIG_DFL);
  }
  static inline std::array<char, 64> text_{};
  static inline std::size_t size_ = 0;
  void (*before_)(int);
};

class World {
 public:
  World(std::uint64_t seed, const Workload& workload)
      : workload_(workload),
        random_(seed),
        node_random_(seed ^ 0x6e6f'6465),
        scratch_(seed),
        platform_(workload),
        network_(executor_, clocks_, random_, history_,
                 [this](const PostOrder& order, SeenPost& seen) { platform_.open(order, seen); }),
        clients_(workload, platform_, executor_, clocks_, random_, history_,
                 [this](const HttpRequest& request, Respond respond) {
                   if (!node_) return false;
                   node_->handle(request, std::move(respond));
                   return true;
                 }) {}

  Outcome run();

 private:
  void plan_receivers();
  void plan_faults();
  void start_node();
  void crash();
  CommitFault next_fault();
  bool may_crash() const { return history_.crashes < workload_.crashes_max; }
  void resend_some_event();
  void until_nothing_is_left();
  bool step();
  void check(Faults& faults);

  const Workload& workload_;
  SimRandom random_;
  SimRandom node_random_;  // goes on over crashes, as an operating system's does
  Scratch scratch_;
  SimClocks clocks_;
  SimExecutor executor_{clocks_};
  History history_;
  Platform platform_;
  Network network_;
  std::unique_ptr<Node> node_;
  Clients clients_;
  Millis writer_free_{0};  // a commit takes time
};

void World::plan_receivers() {
  for (std::size_t i = 0; i < workload_.merchants.size(); ++i) {
    const MerchantPlan& plan = workload_.merchants[i];
    const std::string mchid = mchid_of(i);
    network_.set_mode(mchid, plan.first);
    if (plan.first == Mode::healthy && plan.then == Mode::healthy) {
      history_.healthy_since[mchid] = clocks_.business();
      continue;
    }
    executor_.after(plan.changes_at, [this, mchid, then = plan.then] {
      network_.set_mode(mchid, then);
      if (then == Mode::healthy) history_.healthy_since[mchid] = clocks_.business();
    });
  }
}

void World::plan_faults() {
  const Millis busy = workload_.sending_time + 15min;
  for (std::uint32_t i = 0; i < workload_.crashes_at_random; ++i) {
    executor_.after(random_.between(1ms, busy), [this] { crash(); });
  }
  for (std::uint32_t i = 0; i < workload_.resends; ++i) {
    executor_.after(random_.between(1ms, busy), [this] { resend_some_event(); });
  }
  network_.on_seen([this] {
    if (workload_.crash_after_post_one_in == 0) return;
    if (!random_.one_in(workload_.crash_after_post_one_in)) return;
    executor_.after(random_.between(0ms, 20ms), [this] { crash(); });
  });
}

void World::start_node() {
  node_ = std::make_unique<Node>(NodePorts{executor_,
                                           clocks_,
                                           node_random_,
                                           network_,
                                           platform_,
                                           scratch_.store(),
                                           {workload_.ladder, workload_.in_flight_max},
                                           [this] { return next_fault(); }});
  if (node_->cut()) crash();
}

void World::crash() {
  if (!node_ || (!may_crash() && !node_->cut())) return;
  node_.reset();
  ++history_.crashes;
  check(history_.faults);
  const Millis down = random_.between(0ms, kDownMax);
  history_.down += down;
  executor_.after(down, [this] { start_node(); });
}

CommitFault World::next_fault() {
  const auto strikes = [this](std::uint32_t one_in) {
    return one_in > 0 && random_.one_in(one_in);
  };
  if (may_crash() && strikes(workload_.crash_in_commit_one_in)) {
    return random_.one_in(2) ? CommitFault::cut_before : CommitFault::cut_after;
  }
  return strikes(workload_.failing_commit_one_in) ? CommitFault::refuse : CommitFault::none;
}

void World::resend_some_event() {
  if (!node_) return;
  const auto reader = node_->store().open_reader();
  CHECK(reader);
  const auto events = (*reader)->events({.receiver = {}, .state = {}, .limit = 50});
  CHECK(events);
  if (events->empty()) return;
  const coupon::Event& chosen = (*events)[random_.below(events->size())];
  node_->resend(chosen.seq, [this](const coupon::Event& event) {
    const std::uint32_t first = event.in_flight ? event.attempts : event.attempts + 1;
    history_.resent.push_back({event.seq, first, event.in_flight});
  });
}

// Whatever comes first: a batch or a task. False where nothing is left to come.
bool World::step() {
  std::optional<Millis> batch = node_ ? node_->wake_at() : std::nullopt;
  if (batch) batch = std::max({*batch, writer_free_, clocks_.elapsed()});
  const std::optional<Millis> task = executor_.next();
  if (!batch || (task && *task <= *batch)) return executor_.run_next();
  clocks_.move_to(*batch);
  // A batch that is put off by the queue itself is asked for again soon.
  writer_free_ = clocks_.elapsed() + (node_->poll() ? random_.between(0ms, kCommitMax) : 10ms);
  if (node_->cut()) crash();
  return true;
}

void World::until_nothing_is_left() {
  std::uint64_t steps = 0;
  while (step()) {
    if (++steps < kStepsMax) continue;
    history_.faults.push_back("there is no end to it");
    return;
  }
}

// With the node down: what its files say at any moment (rule 2).
void World::check(Faults& faults) {
  const auto store = open_store(scratch_.store());
  const Ledger ledger = read_ledger(*store, history_);
  check_accounting({workload_, history_, ledger}, faults);
  check_acknowledged({workload_, history_, ledger}, faults);
}

Outcome World::run() {
  plan_receivers();
  plan_faults();
  start_node();
  clients_.start();
  until_nothing_is_left();
  node_.reset();

  const auto store = open_store(scratch_.store());
  const Ledger ledger = read_ledger(*store, history_);
  Outcome outcome;
  outcome.faults = history_.faults;
  for (const Checker& checker : all_checkers()) {
    Faults faults;
    checker.check({workload_, history_, ledger}, faults);
    for (const std::string& fault : faults) {
      outcome.faults.push_back(fmt::format("{}: {}", checker.name, fault));
    }
  }
  for (const coupon::Event& event : ledger.events) {
    ++outcome.events;
    outcome.attempts += event.attempts;
    outcome.delivered += event.state == coupon::EventState::delivered ? 1 : 0;
  }
  outcome.posts_seen = history_.seen.size();
  outcome.crashes = history_.crashes;
  outcome.virtual_time = clocks_.elapsed();
  return outcome;
}

}  // namespace

Outcome run_world(std::uint64_t seed, const Workload& workload) {
  const SeedOnAbort guard(seed);
  return World(seed, workload).run();
}

}  // namespace favorhook::sim
