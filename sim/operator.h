// The operator's side: makes the merchants, and changes keys, signing modes and push while
// everything goes on. A change is asked for again until it is known to be durable.
//
//   Operator op(world…, [&](std::unique_ptr<store::Work> work) { … hand it to the node … });
//   op.add_merchant(0, [&] { clients.set_up(0); });
//   op.rotate_apiv3_key(0);
//
// At most one change of a merchant, or of the platform's keys, is under way at a time; another one
// is left out meanwhile. Thread safety: one thread.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "sim/platform.h"
#include "sim/sim_random.h"
#include "store/commit_queue.h"

namespace favorhook::sim {

// Hands a command to the node's queue; false where it is down or full.
using Submit = std::function<bool(std::unique_ptr<store::Work> work)>;

class Operator {
 public:
  Operator(const Workload& workload, Platform& platform, SimExecutor& executor,
           const SimClocks& clocks, SimRandom& random, History& history, Submit submit);

  void add_merchant(std::size_t merchant, std::function<void()> done);
  // One of: an APIv3 key, a signing mode, a gray share, a key of the platform.
  void change_keys();
  // Push off, or the APIv3 key taken away, and back some time later.
  void change_switches();

 private:
  struct Change;

  void rotate_apiv3_key(const std::string& mchid);
  void change_mode(const std::string& mchid);
  void change_gray(const std::string& mchid);
  void make_platform_key();
  void set_push(const std::string& mchid, bool on, std::function<void()> done);
  void set_apiv3_key(const std::string& mchid, std::string key, std::function<void()> done);
  void begin(Change change);
  void ask(const std::shared_ptr<Change>& change);
  bool busy(const std::string& with) { return busy_.contains(with); }
  std::string random_complete_merchant();

  const Workload& workload_;
  Platform& platform_;
  SimExecutor& executor_;
  const SimClocks& clocks_;
  SimRandom& random_;
  History& history_;
  Submit submit_;
  std::set<std::string> busy_;
  std::uint32_t key_versions_ = 0;
};

}  // namespace favorhook::sim
