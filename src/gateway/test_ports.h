// Stand-ins for the ports that the gateway is given: clocks that stand still, an executor that runs
// when told, a URL policy of two rules. For this folder's tests and bench; one thread.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/clocks.h"
#include "base/executor.h"
#include "base/queued_executor.h"
#include "base/time_text.h"
#include "coupon/url_policy.h"
#include "store/commit_queue.h"
#include "store/no_hook.h"

namespace favorhook::gateway {

class TestClocks final : public Clocks {
 public:
  WallTime wall() const override { return wall_now; }
  BusinessTime business() const override { return business_now; }
  MonotonicTime monotonic() const override { return monotonic_now; }

  WallTime wall_now{Millis(*millis_from_rfc3339("2026-05-20T13:29:35.120+08:00"))};
  BusinessTime business_now{wall_now.time_since_epoch()};
  MonotonicTime monotonic_now{};
};

// The rules of protocol §3.9 as far as the gateway's tests need them; net/ has the real ones.
class TestUrlPolicy final : public coupon::UrlPolicy {
 public:
  std::optional<std::string> text_fault(std::string_view url) const override {
    if (!url.starts_with("https://")) return "必须为https";
    if (url.find_first_of("?#@") != std::string_view::npos) return "不得含有参数";
    return std::nullopt;
  }
  std::optional<std::string> host_refused(std::string_view) const override { return std::nullopt; }
};

}  // namespace favorhook::gateway
