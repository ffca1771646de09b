#include "runtime/metrics_text.h"

#include <gmock/gmock.h>

namespace favorhook::runtime {
namespace {

using testing::HasSubstr;

TEST(MetricsText, HasWhatWasCounted) {
  Metrics metrics;
  metrics.requests[2].add(3);
  metrics.attempts_in_flight.set(5);
  metrics.request_seconds.observe(0.0007);
  metrics.request_seconds.observe(0.3);
  metrics.request_seconds.observe(60);
  const std::string text =
      metrics_text(metrics, {.events = {{"1900000001", coupon::EventState::pending, 2},
                                        {"1900000002", coupon::EventState::pending, 40},
                                        {"1900000002", coupon::EventState::delivered, 7}},
                             .merchants = 2,
                             .commands_waiting = 9});
  for (const char* line : {
           "# TYPE favorhook_requests_total counter\n",
           "favorhook_requests_total{class=\"2xx\"} 3\n",
           "favorhook_requests_total{class=\"4xx\"} 0\n",
           "favorhook_attempts_in_flight 5\n",
           "favorhook_events{state=\"pending\"} 42\n",
           "favorhook_events{state=\"delivered\"} 7\n",
           "favorhook_events{state=\"withheld\"} 0\n",
           "favorhook_merchants 2\n",
           "favorhook_commands_waiting 9\n",
           "favorhook_request_seconds_count 3\n",
           "favorhook_request_seconds_bucket{le=\"0.0005\"} 0\n",
           "favorhook_request_seconds_bucket{le=\"0.001\"} 1\n",
           "favorhook_request_seconds_bucket{le=\"0.5\"} 2\n",
           "favorhook_request_seconds_bucket{le=\"+Inf\"} 3\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace favorhook::runtime
