// A transport whose receiver is a text: the POST is made into its bytes, the answer is read from
// bytes, by the code that does it for sockets.
//
//   MemoryTransport transport(executor);
//
// Every POST is acknowledged on a kept connection. One thread.
#pragma once

#include "base/check.h"
#include "base/executor.h"
#include "base/transport.h"
#include "net/answer_parser.h"
#include "net/post_text.h"

namespace favorhook::bench {

class MemoryTransport final : public Transport {
 public:
  explicit MemoryTransport(Executor& executor) : executor_(executor) {}

  void post(PostOrder order, std::move_only_function<void(PostResult)> done) override {
    const auto target = targets_.find(order.url);
    CHECK(target);
    sent_ = net::post_text(**target, order);
    executor_.post([done = std::move(done)]() mutable { done(read_answer()); });
  }
  // The last request.
  const std::string& sent() const { return sent_; }

 private:
  static PostResult read_answer() {
    constexpr std::string_view kAnswer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 22 Nov 2026 00:00:00 "
        "GMT\r\n"
        "Connection: keep-alive\r\nContent-Length: 37\r\n\r\n"
        "{\"code\":\"SUCCESS\",\"message\":\"成功\"}";
    net::AnswerParser parser;
    std::size_t consumed = 0;
    CHECK(parser.feed(kAnswer, consumed) == net::AnswerParser::complete);
    CHECK(consumed == kAnswer.size() && parser.keep_alive());
    PostResult result;
    result.end = PostEnd::answered;
    result.status = parser.status();
    result.answer_head = parser.body_head();
    result.peer = "203.0.113.7:443";
    result.phases.first_byte = result.phases.total = Micros(900);
    result.connection_reused = result.request_started = result.answer_started = true;
    return result;
  }

  Executor& executor_;
  net::Targets targets_;
  std::string sent_;
};

}  // namespace favorhook::bench
