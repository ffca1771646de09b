// A store that fails as the simulation wants: a commit that is refused, and a power cut before or
// after one became durable.
//
//   FaultyStore store(std::move(sqlite), [&] { return CommitFault::none; });
//   if (store.cut()) …   // the node is to be thrown away: nothing it says after that counts
//
// One thread.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "store/store.h"

namespace favorhook::sim {

enum class CommitFault { none, refuse, cut_before, cut_after };

class FaultyStore final : public store::Store {
 public:
  FaultyStore(std::unique_ptr<store::Store> store, std::function<CommitFault()> next_fault)
      : store_(std::move(store)), next_fault_(std::move(next_fault)) {}

  bool cut() const { return cut_; }

  Result<void> commit(const store::Batch& batch) override {
    if (cut_) return fail("the power is off");
    if (batch.empty()) return {};
    switch (next_fault_()) {
      case CommitFault::none:
        break;
      case CommitFault::refuse:
        return fail("the disk is full");
      case CommitFault::cut_before:
        cut_ = true;
        return fail("the power went off");
      case CommitFault::cut_after:
        cut_ = true;
        break;
    }
    return store_->commit(batch);
  }

  Result<void> load(coupon::State& state) override { return store_->load(state); }
  Result<std::vector<coupon::Event>> due_events(std::string_view receiver, BusinessTime now,
                                                std::optional<BusinessTime> before,
                                                std::size_t limit) override {
    return store_->due_events(receiver, now, before, limit);
  }
  Result<std::optional<BusinessTime>> next_due(std::string_view receiver) override {
    return store_->next_due(receiver);
  }
  Result<std::vector<store::DueReceiver>> due_receivers() override {
    return store_->due_receivers();
  }
  Result<std::vector<std::pair<coupon::Event, store::Attempt>>> open_intents(
      std::int64_t after, std::size_t limit) override {
    return store_->open_intents(after, limit);
  }
  Result<store::DirectoryRows> directory() override { return store_->directory(); }
  Result<std::unique_ptr<store::Reader>> open_reader() override { return store_->open_reader(); }

 private:
  std::unique_ptr<store::Store> store_;
  std::function<CommitFault()> next_fault_;
  bool cut_ = false;
};

}  // namespace favorhook::sim
