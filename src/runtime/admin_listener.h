// What the admin listener serves: /healthz, /readyz, /metrics, and /admin/v1 behind the bearer
// token.
//
//   AdminListener listener({.token = data.admin_token, …});
//   handler: [&](HttpRequest request, Respond respond) { listener.handle(…); }
//
// /healthz answers while the process runs, /readyz until it begins to stop. Thread safety: its
// loop's thread; set_ready from any. Errors: 401 without the token, compared in constant time.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "admin/service.h"
#include "base/metrics.h"

namespace favorhook::runtime {

struct AdminListenerDeps {
  std::string token;
  admin::Service service;
  std::unique_ptr<store::Reader> reader;
  const coupon::DirectoryHolder& directory;
  const store::CommitQueue& queue;
  const Metrics& metrics;
};

class AdminListener {
 public:
  explicit AdminListener(AdminListenerDeps deps) : deps_(std::move(deps)) {}
  void handle(HttpRequest request, Respond respond);
  void set_ready(bool ready) { ready_.store(ready, std::memory_order_relaxed); }

 private:
  HttpAnswer probe_answer(std::string_view path);
  HttpAnswer metrics_answer();
  bool authorized(const HttpRequest& request) const;

  AdminListenerDeps deps_;
  std::atomic<bool> ready_{false};
};

}  // namespace favorhook::runtime
