#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "base/check.h"
#include "base/log.h"
#include "sim/checkers/evidence.h"
#include "sim/clients.h"
#include "sim/fault_set.h"
#include "sim/node.h"
#include "sim/operator.h"
#include "sim/seed_on_crash.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kStepsMax = 2'000'000;  // a run takes some thousands
constexpr int kStartsMax = 2000;
constexpr int kFailedStartsMax = 20;
constexpr Millis kDownMax = 3s;
constexpr Millis kBetweenStarts = 1s;
constexpr Millis kLookAgain = 10ms;
constexpr std::size_t kEventsLookedAt = 50;

class World {
 public:
  World(std::uint64_t seed, const Workload& workload);
  Outcome run();

 private:
  void plan_receivers();
  void plan_crashes();
  void plan_changes();
  void at_some_time(std::uint32_t times, const std::function<void()>& what);
  void start_node();
  void stop_in_order();
  void stop(DiskStop kind);
  void bury();
  void during_sync();
  void fill_disk();
  void move_clock();
  void resend_some_event();
  bool submit(std::unique_ptr<store::Work> work);
  bool reach(const HttpRequest& request, Respond respond);
  void until_nothing_is_left();
  void to_the_end();
  bool step();
  Ledger look(Disk files, Faults& faults);
  Outcome judge();
  bool may_crash() const { return history_.crashes < workload_.crashes_max; }

  const Workload& workload_;
  FaultSet fault_set_;
  SimRandom random_;
  SimRandom node_random_;  // goes on over crashes, as an operating system's does
  SimClocks clocks_;
  SimExecutor executor_{clocks_};
  Disk disk_;
  DiskVfs vfs_{disk_};
  History history_;
  Platform platform_;
  Network network_;
  std::unique_ptr<Node> node_;
  Clients clients_;
  Operator operator_;
  Millis writer_free_{0};
  Millis down_since_{0};
  bool syncing_ = false;
  int starts_ = 0;
  int failed_starts_ = 0;
};

World::World(std::uint64_t seed, const Workload& workload)
    : workload_(workload),
      fault_set_(seed ^ 0x6661'756c'7473),
      random_(seed),
      node_random_(seed ^ 0x6e6f'6465),
      disk_(seed ^ 0x6469'736b),
      platform_(history_, clocks_),
      network_(executor_, clocks_, random_, history_,
               [this](const PostOrder& order, SeenPost& seen) { platform_.open(order, seen); }),
      clients_(workload, platform_, executor_, clocks_, random_, history_,
               [this](const HttpRequest& request, Respond respond) {
                 return reach(request, std::move(respond));
               }),
      operator_(workload, platform_, executor_, clocks_, random_, history_,
                [this](std::unique_ptr<store::Work> work) { return submit(std::move(work)); }) {
  for (const FaultPlan& plan : workload.fault_points) fault_set_.enable(plan.name, plan.one_in);
  disk_.faults = workload.disk;
  disk_.during_sync = [this] { during_sync(); };
  if (workload.stop_at_operation > 0) {
    disk_.stop_at(workload.stop_at_operation, workload.stop_kind);
  }
}

void World::at_some_time(std::uint32_t times, const std::function<void()>& what) {
  for (std::uint32_t i = 0; i < times; ++i) {
    executor_.after(random_.between(1ms, workload_.sending_time + 15min), what);
  }
}

void World::plan_receivers() {
  for (std::size_t i = 0; i < workload_.merchants.size(); ++i) {
    const MerchantPlan& plan = workload_.merchants[i];
    const std::string mchid = mchid_of(i);
    network_.set_mode(mchid, plan.first);
    if (plan.first == Mode::healthy && plan.then == Mode::healthy) {
      history_.healthy_since[mchid] = clocks_.elapsed();
      continue;
    }
    executor_.after(plan.changes_at, [this, mchid, then = plan.then] {
      network_.set_mode(mchid, then);
      if (then == Mode::healthy) history_.healthy_since[mchid] = clocks_.elapsed();
    });
  }
}

void World::plan_crashes() {
  at_some_time(workload_.crashes_at_random, [this] {
    const std::uint64_t kind = random_.below(3);
    if (kind == 0) return stop_in_order();
    stop(kind == 1 ? DiskStop::power : DiskStop::process);
  });
  at_some_time(workload_.full_disks, [this] { fill_disk(); });
  network_.on_seen([this] {
    if (workload_.crash_after_post_one_in == 0) return;
    if (!random_.one_in(workload_.crash_after_post_one_in)) return;
    const DiskStop kind = random_.one_in(2) ? DiskStop::power : DiskStop::process;
    executor_.after(random_.between(0ms, 20ms), [this, kind] { stop(kind); });
  });
}

void World::plan_changes() {
  at_some_time(workload_.resends, [this] { resend_some_event(); });
  at_some_time(workload_.key_changes, [this] { operator_.change_keys(); });
  at_some_time(workload_.switch_changes, [this] { operator_.change_switches(); });
  at_some_time(workload_.url_changes, [this] { clients_.change_url(); });
  at_some_time(workload_.clock_moves, [this] { move_clock(); });
}

void World::start_node() {
  CHECK(!node_);
  if (++starts_ > kStartsMax) return history_.faults.push_back("no start succeeds");
  auto started = Node::start({executor_,
                              clocks_,
                              node_random_,
                              network_,
                              platform_,
                              vfs_,
                              {workload_.ladder, workload_.in_flight_max},
                              workload_.checkpoint_pages});
  if (disk_.stopped()) {
    started = fail("stopped");  // and so destroyed
    return bury();
  }
  if (!started) {
    probe("sim.start_failed");
    log_info("sim_start_failed",
             {{"at", clocks_.elapsed().count()}, {"why", started.error().what}});
    vfs_.forget();
    // A start reads the whole log: on a disk that fails often enough none would ever succeed.
    if (++failed_starts_ == kFailedStartsMax) disk_.faults.read_fails_one_in = 0;
    executor_.after(kBetweenStarts, [this] { start_node(); });
    return;
  }
  failed_starts_ = 0;
  platform_.started();
  log_info("sim_started", {{"at", clocks_.elapsed().count()}});
  node_ = std::move(*started);
  history_.down.push_back({down_since_, clocks_.elapsed()});
}

// From now on the disk does nothing; step() finds it so when the node's calls have returned.
void World::stop(DiskStop kind) {
  if (!node_ || !may_crash()) return;
  if (syncing_) probe("sim.stopped_in_a_sync");
  disk_.stop(kind);
}

void World::stop_in_order() {
  if (!node_ || syncing_ || disk_.stopped()) return;
  down_since_ = clocks_.elapsed();
  log_info("sim_stops_in_order", {{"at", clocks_.elapsed().count()}});
  // Its last syncs let the world go on, and the world is to find no node.
  std::unique_ptr<Node> last = std::move(node_);
  last.reset();
  if (disk_.stopped()) return;
  vfs_.forget();
  executor_.after(random_.between(0ms, kDownMax), [this] { start_node(); });
}

// The node is gone, and its disk as the stop left it.
void World::bury() {
  if (node_) down_since_ = clocks_.elapsed();
  log_info("sim_stopped", {{"at", clocks_.elapsed().count()},
                           {"by", disk_.stopped() == DiskStop::power ? "power" : "process"},
                           {"operation", disk_.operations()}});
  node_.reset();
  vfs_.forget();
  disk_.restart();
  ++history_.crashes;
  history_.trace = (history_.trace ^ disk_.operations()) * 0x100000001b3;
  if (!may_crash()) {
    disk_.faults.stop_one_in = disk_.faults.sync_fails_one_in = 0;
    disk_.faults.write_fails_one_in = 0;
  }
  Faults faults;
  const Ledger ledger = look(disk_, faults);
  const Evidence evidence{workload_, history_, ledger};
  check_acknowledged(evidence, faults);
  check_accounting(evidence, faults);
  for (const std::string& fault : faults) {
    history_.faults.push_back(fmt::format("after crash {}: {}", history_.crashes, fault));
  }
  executor_.after(random_.between(0ms, kDownMax), [this] { start_node(); });
}

// A sync takes time, in which the node's loops, clients and receivers go on; but a batch has one
// writer, so none begins.
void World::during_sync() {
  if (std::exchange(syncing_, true)) return;
  const Millis until = clocks_.elapsed() + random_.between(0ms, workload_.sync_max);
  for (auto next = executor_.next(); next && *next <= until; next = executor_.next()) {
    if (disk_.stopped()) break;
    executor_.run_next();
  }
  if (clocks_.elapsed() < until && !disk_.stopped()) clocks_.move_to(until);
  syncing_ = false;
}

void World::fill_disk() {
  if (disk_.faults.full) return;
  disk_.faults.full = true;
  const Millis from = clocks_.elapsed();
  executor_.after(random_.between(10ms, 8s), [this, from] {
    disk_.faults.full = false;
    history_.down.push_back({from, clocks_.elapsed() + kBetweenStarts});
  });
}

// The business clock is moved or stands still for a while, as in a sandbox; or the wall clock is
// stepped, and with it the business clock.
void World::move_clock() {
  const std::uint64_t what = random_.below(4);
  const Millis by = random_.one_in(2) ? random_.between(0s, 10min) : random_.between(0h, 30h);
  const bool back = random_.one_in(2);
  const Millis pause = random_.between(0s, 3min);
  const Millis now = clocks_.elapsed();
  if (back && what < 3) probe("sim.clock_moved_back");
  if (what < 2) clocks_.move_business(back ? -by : by);
  if (what == 2) clocks_.step_wall(back ? -by / 2 : by / 2);
  history_.other_clock.push_back({now, now});
  if (what < 3) return;
  clocks_.freeze_business();
  history_.other_clock.push_back({now, now + pause});
  executor_.after(pause, [this] { clocks_.thaw_business(); });
}

void World::resend_some_event() {
  if (!node_ || disk_.stopped()) return;
  const auto reader = node_->store().open_reader();
  if (!reader) return;
  const auto events = (*reader)->events({.receiver = {}, .state = {}, .limit = kEventsLookedAt});
  if (!events || events->empty()) return;
  const std::int64_t seq = (*events)[random_.below(events->size())].seq;
  history_.resends_open.insert(seq);
  submit(node_->resend(seq, [this, seq](const Result<std::optional<coupon::Event>>& event) {
    if (!event || !*event) return;
    history_.resends_open.erase(history_.resends_open.find(seq));
    const bool under_way = (*event)->in_flight;
    history_.resent.push_back(
        {seq, under_way ? (*event)->attempts : (*event)->attempts + 1, under_way});
  }));
}

bool World::submit(std::unique_ptr<store::Work> work) {
  return node_ && !disk_.stopped() && node_->submit(work);
}

bool World::reach(const HttpRequest& request, Respond respond) {
  if (!node_ || disk_.stopped()) return false;
  node_->handle(request, std::move(respond));
  return true;
}

// Whatever comes first: a batch or a task. False where nothing is left to come.
bool World::step() {
  std::optional<Millis> batch = node_ ? node_->wake_at() : std::nullopt;
  if (batch) batch = std::max({*batch, writer_free_, clocks_.elapsed()});
  const std::optional<Millis> task = executor_.next();
  if (!batch && !task) return false;
  if (!batch || (task && *task <= *batch)) {
    executor_.run_next();
  } else {
    clocks_.move_to(*batch);
    // A batch that is put off by the queue itself is asked for again soon.
    if (!node_->poll()) writer_free_ = clocks_.elapsed() + kLookAgain;
  }
  if (disk_.stopped()) bury();
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

// The last stop in order may be struck as any other, and then the world goes on.
void World::to_the_end() {
  do {
    until_nothing_is_left();
    disk_.faults = {};
    down_since_ = clocks_.elapsed();
    syncing_ = true;  // nobody is left to go on meanwhile
    node_.reset();
    syncing_ = false;
  } while (disk_.stopped() && (bury(), true));
}

// What the files say: of a copy, so that nothing is changed by it.
Ledger World::look(Disk files, Faults& faults) {
  fault_set_.pause(true);
  DiskVfs vfs(files);
  Ledger ledger;
  {
    const auto store = open_store(vfs, limits::kCheckpointPages);
    if (store) {
      ledger = read_ledger(**store, history_);
    } else {
      faults.push_back("the store cannot be opened: " + store.error().what);
    }
  }
  fault_set_.pause(false);
  return ledger;
}

Outcome World::judge() {
  Outcome outcome;
  const Ledger ledger = look(disk_, history_.faults);
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
  outcome.disk_operations = disk_.operations();
  outcome.trace = history_.trace ^ disk_.operations();
  outcome.virtual_time = clocks_.elapsed();
  outcome.struck.assign(fault_set_.struck().begin(), fault_set_.struck().end());
  outcome.hits.assign(fault_set_.hits().begin(), fault_set_.hits().end());
  return outcome;
}

Outcome World::run() {
  plan_receivers();
  plan_crashes();
  plan_changes();
  start_node();
  for (std::size_t i = 0; i < workload_.merchants.size(); ++i) {
    operator_.add_merchant(i, [this, i] { clients_.set_up(i); });
  }
  to_the_end();
  return judge();
}

}  // namespace

Outcome run_world(std::uint64_t seed, const Workload& workload) {
  const SeedOnCrash guard(seed);
  return World(seed, workload).run();
}

}  // namespace favorhook::sim
