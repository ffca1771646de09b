// Private to net/: connections that wait to be used again, the newest first, the oldest dropped at
// the bounds.
//
// Thread safety: the loop's thread only. Limits: kIdleConnectionsMax together, kIdleConnectionTime
// each.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "net/stream.h"

namespace favorhook::net {

struct Connection {
  std::shared_ptr<Stream> stream;
  IpAddress address;
};

class IdleConnections {
 public:
  explicit IdleConnections(Loop::Native& loop) : sweep_(loop.context) {}
  // A connection that is still open; nothing where there is none.
  std::optional<Connection> take(const std::string& key);
  void keep(const std::string& key, Connection connection);
  std::size_t size() const { return by_age_.size(); }

 private:
  struct Idle {
    std::string key;
    Connection connection;
    MonotonicTime until;
  };
  using Place = std::list<Idle>::iterator;

  void drop_oldest();
  void arm_sweep();

  std::list<Idle> by_age_;  // the oldest in front
  std::unordered_map<std::string, std::deque<Place>> by_key_;
  Timer sweep_;
  bool armed_ = false;
};

}  // namespace favorhook::net
