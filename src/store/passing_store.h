// A store that hands every call on to another: what a test or a simulation derives from to make
// one call fail, or to count it.
//
//   class FullDisk final : public PassingStore {
//    public:
//     using PassingStore::PassingStore;
//     Result<void> commit(const Batch&) override { return fail("the disk is full"); }
//   };
//
// Ownership: refers to the other, which outlives it. Thread safety and errors: the other's.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"

namespace favorhook::store {

class PassingStore : public Store {
 public:
  explicit PassingStore(Store& real) : real_(real) {}

  Result<void> load(coupon::State& state) override { return real_.load(state); }
  Result<void> commit(const Batch& batch) override { return real_.commit(batch); }
  Result<std::vector<coupon::Event>> due_events(std::string_view receiver, BusinessTime now,
                                                std::optional<BusinessTime> caught_up_before,
                                                std::size_t limit) override {
    return real_.due_events(receiver, now, caught_up_before, limit);
  }
  Result<std::optional<BusinessTime>> next_due(std::string_view receiver) override {
    return real_.next_due(receiver);
  }
  Result<std::vector<DueReceiver>> due_receivers() override { return real_.due_receivers(); }
  Result<std::vector<std::pair<coupon::Event, Attempt>>> open_intents(std::int64_t after_seq,
                                                                      std::size_t limit) override {
    return real_.open_intents(after_seq, limit);
  }
  Result<DirectoryRows> directory() override { return real_.directory(); }
  Result<std::unique_ptr<Reader>> open_reader() override { return real_.open_reader(); }

 private:
  Store& real_;
};

}  // namespace favorhook::store
