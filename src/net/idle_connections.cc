#include "net/idle_connections.h"

#include "base/limits.h"

namespace favorhook::net {

std::optional<Connection> IdleConnections::take(const std::string& key) {
  const auto now = std::chrono::steady_clock::now();
  for (;;) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    const Place place = found->second.back();
    found->second.pop_back();
    if (found->second.empty()) by_key_.erase(found);
    Idle idle = std::move(*place);
    by_age_.erase(place);
    if (now < idle.until && idle.connection.stream->still_open()) return std::move(idle.connection);
    idle.connection.stream->close();
  }
}

void IdleConnections::keep(const std::string& key, Connection connection) {
  const auto until = std::chrono::steady_clock::now() + limits::kIdleConnectionTime;
  by_age_.push_back({key, std::move(connection), until});
  by_key_[key].push_back(std::prev(by_age_.end()));
  if (by_age_.size() > limits::kIdleConnectionsMax) drop_oldest();
  arm_sweep();
}

// The oldest of all is the oldest of its key as well.
void IdleConnections::drop_oldest() {
  const auto found = by_key_.find(by_age_.front().key);
  found->second.pop_front();
  if (found->second.empty()) by_key_.erase(found);
  by_age_.front().connection.stream->close();
  by_age_.pop_front();
}

void IdleConnections::arm_sweep() {
  if (armed_ || by_age_.empty()) return;
  armed_ = true;
  sweep_.expires_at(by_age_.front().until);
  sweep_.async_wait([this](ErrorCode error) {
    if (error) return;
    armed_ = false;
    const auto now = std::chrono::steady_clock::now();
    while (!by_age_.empty() && by_age_.front().until <= now) drop_oldest();
    arm_sweep();
  });
}

}  // namespace favorhook::net
