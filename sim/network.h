// The receivers and the network between the node and them: each POST meets a fate, drawn from the
// mode that its receiver is in, and is noted where the receiver saw it.
//
//   Network network(world…);
//   network.set_mode("1900000001", Mode::dead);
//   SimTransport transport(network, node_executor);   // one a node: its answers die with the node
//
// A POST that is under way when its node dies may still arrive. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/transport.h"
#include "sim/history.h"
#include "sim/sim_random.h"
#include "sim/virtual_time.h"
#include "sim/workload.h"

namespace favorhook::sim {

// Checks a POST as a merchant would: fills event_id and coupon_code, or fault.
using OpenPost = std::function<void(const PostOrder& order, SeenPost& seen)>;

class Network {
 public:
  Network(SimExecutor& executor, const SimClocks& clocks, SimRandom& random, History& history,
          OpenPost open)
      : executor_(executor),
        clocks_(clocks),
        random_(random),
        history_(history),
        open_(std::move(open)) {}

  void set_mode(const std::string& mchid, Mode mode) { modes_[mchid] = mode; }
  // Called when a receiver has just seen a POST.
  void on_seen(std::function<void()> seen) { on_seen_ = std::move(seen); }

  void post(const PostOrder& order, Executor& answers,
            std::move_only_function<void(PostResult)> done);

 private:
  void check_leaving(const PostOrder& order, const SeenPost& opened);
  void arrive(SeenPost seen);
  void note(std::string_view what);

  SimExecutor& executor_;
  const SimClocks& clocks_;
  SimRandom& random_;
  History& history_;
  OpenPost open_;
  std::function<void()> on_seen_ = [] {};
  std::map<std::string, Mode> modes_;
};

// A merchant may have several, one after the other.
std::string url_of_receiver(const std::string& mchid, std::uint32_t version);

class SimTransport final : public Transport {
 public:
  SimTransport(Network& network, Executor& executor) : network_(network), executor_(executor) {}
  void post(PostOrder order, std::move_only_function<void(PostResult)> done) override {
    network_.post(order, executor_, std::move(done));
  }

 private:
  Network& network_;
  Executor& executor_;
};

}  // namespace favorhook::sim
