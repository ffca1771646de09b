// Passes a POST on to a plain HTTP program and gives its answer back: for receivers under
// development that have no TLS of their own.
//
//   Forwarder forwarder("http://localhost:3000/notify");
//   forwarder.pass(request, [](HttpAnswer answer) { … });
//
// Headers and body go on untouched, but for what belongs to the connection. Thread safety: pass()
// from any thread; `done` runs on one of the forwarder's. Ownership: the destructor lets what is
// under way end. Errors: a program that does not answer is a 502 with the reason, one POST too many
// a 503. Limits: limits::kForwardersMax at a time, limits::kAttemptTime each.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/http_message.h"
#include "base/result.h"

namespace favorhook::cli {

class Forwarder {
 public:
  using Done = std::move_only_function<void(HttpAnswer)>;

  explicit Forwarder(std::string url);
  ~Forwarder();
  void pass(HttpRequest request, Done done);

 private:
  struct Workers;
  std::unique_ptr<Workers> workers_;
};

// Nothing where the text is an http URL that can be forwarded to; else why not.
Result<void> check_forward_url(const std::string& url);

}  // namespace favorhook::cli
