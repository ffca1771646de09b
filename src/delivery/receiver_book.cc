#include "delivery/receiver_book.h"

#include <algorithm>

#include "base/check.h"
#include "base/probe.h"

namespace favorhook::delivery {

void ReceiverBook::begin() {
  before_.clear();
  in_flight_before_ = in_flight_;
}

void ReceiverBook::roll_back() {
  for (auto& [name, before] : before_) {
    if (const auto now = receivers_.find(name); now != receivers_.end()) {
      unplace(name, now->second);
      receivers_.erase(now);
    }
    if (before) place(name, receivers_.emplace(name, *before).first->second);
  }
  in_flight_ = in_flight_before_;
  before_.clear();
}

void ReceiverBook::settle(BusinessTime now) {
  put_in_place(now);
  for (const auto& [name, before] : before_) {
    const auto found = receivers_.find(name);
    if (found == receivers_.end()) continue;
    const Receiver& receiver = found->second;
    const bool waits = receiver.due || receiver.window.catch_up_before();
    if (waits || receiver.window.in_flight() > 0) continue;
    unplace(name, receiver);
    receivers_.erase(found);
  }
}

void ReceiverBook::put_in_place(BusinessTime now) {
  for (const auto& [name, before] : before_) {
    const auto found = receivers_.find(name);
    if (found == receivers_.end()) continue;  // settled before
    Receiver& receiver = found->second;
    unplace(name, receiver);
    const bool catch_up = receiver.window.catch_up_before().has_value();
    const bool its_turn =
        receiver.window.has_room() && (catch_up || (receiver.due && *receiver.due <= now));
    if (!its_turn) {
      receiver.turn = 0;
    } else if (receiver.turn == 0) {
      receiver.turn = ++last_turn_;
    }
    place(name, receiver);
  }
}

std::uint32_t ReceiverBook::room(const std::string& name) const {
  const auto found = receivers_.find(name);
  const ReceiverWindow window = found == receivers_.end() ? ReceiverWindow() : found->second.window;
  return std::min(window.room(), node_room());
}

bool ReceiverBook::has_backlog(const std::string& name, BusinessTime now) const {
  const auto found = receivers_.find(name);
  return found != receivers_.end() && found->second.due && *found->second.due <= now;
}

std::optional<BusinessTime> ReceiverBook::catch_up_before(const std::string& name) const {
  const auto found = receivers_.find(name);
  return found == receivers_.end() ? std::nullopt : found->second.window.catch_up_before();
}

void ReceiverBook::take(const std::string& name) {
  CHECK(in_flight_ < in_flight_max_);
  edit(name).window.take();
  ++in_flight_;
}

void ReceiverBook::cancel(const std::string& name) {
  edit(name).window.cancel();
  --in_flight_;
}

void ReceiverBook::give_back(const std::string& name, bool success, BusinessTime now) {
  edit(name).window.give_back(success, now);
  --in_flight_;
}

void ReceiverBook::remember_due(const std::string& name, BusinessTime due) {
  Receiver& receiver = edit(name);
  receiver.due = receiver.due ? std::min(*receiver.due, due) : due;
}

std::vector<std::string> ReceiverBook::next_ready(BusinessTime now, std::size_t limit) {
  for (std::size_t woken = 0; woken < limit && !sleeping_.empty(); ++woken) {
    const auto& [due, name] = *sleeping_.begin();
    if (due > now) break;
    edit(std::string(name));
  }
  put_in_place(now);
  std::vector<std::string> names;
  for (const auto& [turn, name] : ready_) {
    if (names.size() == limit) break;
    names.push_back(name);
  }
  return names;
}

std::optional<BusinessTime> ReceiverBook::wake_at() const {
  if (node_room() == 0) {
    probe("delivery.every_slot_taken");
    return std::nullopt;
  }
  // Long past, so that it is due also where the clock was moved back.
  if (!ready_.empty()) return BusinessTime();
  if (!sleeping_.empty()) return sleeping_.begin()->first;
  return std::nullopt;
}

ReceiverBook::Receiver& ReceiverBook::edit(const std::string& name) {
  const auto found = receivers_.find(name);
  if (found == receivers_.end()) {
    before_.try_emplace(name, std::nullopt);
    return receivers_[name];
  }
  before_.try_emplace(name, found->second);
  // Taken out while its sorting values may change; settle() puts it back.
  unplace(name, found->second);
  return found->second;
}

void ReceiverBook::place(const std::string& name, const Receiver& receiver) {
  if (receiver.turn != 0) {
    ready_.emplace(receiver.turn, name);
  } else if (receiver.due && receiver.window.has_room()) {
    sleeping_.emplace(*receiver.due, name);
  }
}

void ReceiverBook::unplace(const std::string& name, const Receiver& receiver) {
  if (receiver.turn != 0) ready_.erase({receiver.turn, name});
  if (receiver.due) sleeping_.erase({*receiver.due, name});
}

}  // namespace favorhook::delivery
