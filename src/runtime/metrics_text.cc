#include "runtime/metrics_text.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <limits>

namespace favorhook::runtime {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily counter(std::string name, std::string help, const Counter& value) {
  ClientMetric metric;
  metric.counter.value = static_cast<double>(value.value());
  return {std::move(name), std::move(help), MetricType::Counter, {metric}};
}

MetricFamily gauge(std::string name, std::string help, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  return {std::move(name), std::move(help), MetricType::Gauge, {metric}};
}

MetricFamily histogram(std::string name, std::string help, const Histogram& value) {
  ClientMetric metric;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) {
    cumulative += value.count(i);
    metric.histogram.bucket.push_back({cumulative, Histogram::kBounds[i]});
  }
  cumulative += value.count(Histogram::kBounds.size());
  metric.histogram.bucket.push_back({cumulative, std::numeric_limits<double>::infinity()});
  metric.histogram.sample_count = cumulative;
  metric.histogram.sample_sum = value.sum_seconds();
  return {std::move(name), std::move(help), MetricType::Histogram, {metric}};
}

MetricFamily requests(const Metrics& metrics) {
  MetricFamily family{"favorhook_requests_total",
                      "API requests answered, by status class",
                      MetricType::Counter,
                      {}};
  constexpr std::array<const char*, 6> kClasses = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    ClientMetric metric;
    metric.label = {{"class", kClasses[i]}};
    metric.counter.value = static_cast<double>(metrics.requests[i].value());
    family.metric.push_back(metric);
  }
  return family;
}

// Summed over receivers: thousands of merchants would be thousands of series.
MetricFamily events(const std::vector<store::EventCount>& counts) {
  using coupon::EventState;
  MetricFamily family{"favorhook_events", "Events in the store, by state", MetricType::Gauge, {}};
  for (const EventState state : {EventState::withheld, EventState::pending, EventState::delivered,
                                 EventState::exhausted, EventState::cancelled}) {
    ClientMetric metric;
    metric.label = {{"state", std::string(to_text(state))}};
    for (const store::EventCount& each : counts) {
      if (each.state == state) metric.gauge.value += static_cast<double>(each.count);
    }
    family.metric.push_back(metric);
  }
  return family;
}

}  // namespace

std::string metrics_text(const Metrics& m, const NodeFigures& figures) {
  return prometheus::TextSerializer().Serialize({
      requests(m),
      counter("favorhook_authentication_failures_total", "Requests refused before their handler",
              m.authentication_failures),
      counter("favorhook_signatures_total", "Signatures made, of answers and notifications",
              m.signatures),
      histogram("favorhook_request_seconds", "From a request received to its answer",
                m.request_seconds),
      counter("favorhook_batches_total", "Durable commits", m.batches),
      counter("favorhook_commands_total", "Commands in those commits", m.commands),
      histogram("favorhook_commit_seconds", "Time of a commit, its flush included",
                m.commit_seconds),
      gauge("favorhook_commands_waiting", "Commands waiting for a commit",
            static_cast<double>(figures.commands_waiting)),
      counter("favorhook_events_accepted_total", "Events that came to be", m.events_accepted),
      counter("favorhook_events_withheld_total", "Events that a rule keeps from being sent",
              m.events_withheld),
      counter("favorhook_events_delivered_total", "Events acknowledged", m.events_delivered),
      counter("favorhook_events_exhausted_total", "Events whose ladder ended", m.events_exhausted),
      counter("favorhook_attempts_total", "Attempts begun", m.attempts),
      counter("favorhook_attempts_failed_total", "Attempts without an acknowledgement",
              m.attempts_failed),
      gauge("favorhook_attempts_in_flight", "Attempts begun and not ended",
            static_cast<double>(m.attempts_in_flight.value())),
      histogram("favorhook_accept_to_post_seconds", "From an event to its first attempt",
                m.accept_to_post_seconds),
      histogram("favorhook_attempt_seconds", "Time of an attempt", m.attempt_seconds),
      events(figures.events),
      gauge("favorhook_merchants", "Merchants known", static_cast<double>(figures.merchants)),
  });
}

}  // namespace favorhook::runtime
