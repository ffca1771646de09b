// A node's figures as Prometheus reads them.
//
//   answer.body = metrics_text(metrics, {.events = *reader.event_counts(), …});
//
// Pure function. The names are an interface: dashboards and alerts are built on them.
#pragma once

#include <string>
#include <vector>

#include "base/metrics.h"
#include "store/store.h"

namespace favorhook::runtime {

// What is read at the moment of the scrape.
struct NodeFigures {
  std::vector<store::EventCount> events;
  std::size_t merchants = 0;
  std::size_t commands_waiting = 0;
};

std::string metrics_text(const Metrics& metrics, const NodeFigures& figures);

}  // namespace favorhook::runtime
