#include "cli/story_mailbox.h"

#include <boost/json/parse.hpp>

#include "cli/notification_answer.h"
#include "cli/story_text.h"

namespace favorhook::cli {

void Mailbox::expect(const std::string& stock_id) {
  const std::scoped_lock lock(mutex_);
  stock_id_ = stock_id;
}

HttpAnswer Mailbox::judge(const ReceivedPost& post) {
  const std::scoped_lock lock(mutex_);
  boost::json::error_code error;
  const auto plaintext = boost::json::parse(post.notification->plaintext, error);
  const bool own = !stock_id_.empty() && text_member(plaintext, "stock_id") == stock_id_;
  return own ? taken_answer(200) : fail_answer(503, "not of this story");
}

void Mailbox::put(const ReceivedPost& post) {
  const std::scoped_lock lock(mutex_);
  if (post.answer.status == 200) {
    taken_ = post;
  } else if (!post.fault.empty()) {
    fault_ = post.fault;
  }
  changed_.notify_all();
}

std::optional<ReceivedPost> Mailbox::wait(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [this] { return taken_ || !fault_.empty(); });
  return taken_;
}

std::string Mailbox::fault() {
  const std::scoped_lock lock(mutex_);
  return fault_;
}

}  // namespace favorhook::cli
