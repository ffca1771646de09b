// Where the receiver's thread leaves what the story waits for: the notification of its own coupon.
//
//   options.answer_good = [box](const ReceivedPost& post) { return box->judge(post); };
//   options.on_post = [box](const ReceivedPost& post) { box->put(post); };
//   std::optional<ReceivedPost> post = box->wait(10s);
//
// Only the story's own coupon is taken: what else is due for this merchant belongs to someone
// else's receiver, and comes again there. Thread safety: any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "cli/receiver.h"

namespace favorhook::cli {

class Mailbox {
 public:
  void expect(const std::string& stock_id);
  // 200 for the story's own, 503 for any other; both are good notifications.
  HttpAnswer judge(const ReceivedPost& post);
  void put(const ReceivedPost& post);
  // Nothing where none came in time, or one came that was refused: fault() then says why.
  std::optional<ReceivedPost> wait(std::chrono::milliseconds at_most);
  std::string fault();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string stock_id_;
  std::optional<ReceivedPost> taken_;
  std::string fault_;
};

}  // namespace favorhook::cli
