// What the world outside may hold a setting of the node for: a URL, a key, a switch. Whoever
// changes it sends the same change until it is acknowledged, and only then another.
//
//   Belief& url = history.beliefs[{"url", mchid}];
//   url.submit("https://…");                   // from now on either is possible
//   url.acknowledge("https://…", now);         // from now on only this one
//   if (!url.possible(seen)) …                 // an acknowledged change was lost (rule 1)
//
// Plain data, one thread.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/clocks.h"

namespace favorhook::sim {

class Belief {
 public:
  void submit(const std::string& value) {
    if (std::ranges::find(maybe_, value) == maybe_.end()) maybe_.push_back(value);
  }
  void acknowledge(const std::string& value, Millis now) {
    before_ = current_;
    current_ = value;
    since_ = now;
    maybe_.clear();
  }

  // What it is as far as its owner knows.
  const std::string& current() const { return current_; }
  Millis since() const { return since_; }
  bool possible(const std::string& value) const {
    return value == current_ || std::ranges::find(maybe_, value) != maybe_.end();
  }
  // The same for what was decided in the batch that brought the change.
  bool possible_in_batch(const std::string& value, Millis now) const {
    return possible(value) || (value == before_ && now == since_);
  }
  const std::vector<std::string>& unacknowledged() const { return maybe_; }

 private:
  std::string current_;
  std::string before_;
  Millis since_{0};
  std::vector<std::string> maybe_;
};

}  // namespace favorhook::sim
