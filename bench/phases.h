// The measurements, one function each; bench_main.cc runs them in order against one server.
//
// Server CPU is that of the whole process, all its threads, while the load ran: nothing else asks
// the server for anything then. It is divided by the physical unit as measured while the phase ran.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/load.h"
#include "bench/merchant.h"
#include "bench/unit.h"

namespace favorhook::bench {

struct Row {
  std::string id;
  std::string title;
  double per_second = 0;
  double cpu_us = 0;    // of the server, per call or per delivered event
  double limit_us = 0;  // what no implementation can go below: its signatures and verifications
  std::string limit{};  // the same in words
  double goal = 0;      // of cpu_us / limit_us; 0: none
  Unit unit{};
  std::vector<std::pair<std::string, double>> more{};  // by name
  double ratio() const { return limit_us > 0 ? cpu_us / limit_us : 0; }
};

struct Bench {
  Server server;
  Receiver& receiver;
  Merchant& merchant;
  net::TlsContextPtr trust;
};

Row measure_get(Bench& bench, std::size_t connections, bool tls);
// While the receiver holds its answers, so that next to nothing is delivered.
Row measure_send(Bench& bench, std::size_t count, std::size_t connections, bool tls);
// Lets the receiver go and measures the middle of the backlog.
Row measure_backlog(Bench& bench);
// From `begin` on, until the receiver has acknowledged `events` more: CPU and rate of the middle.
void measure_deliveries(Bench& bench, double events, Row& row, const std::function<void()>& begin,
                        const std::function<double()>& cpu_seconds);
// Coupons are sent and delivered at the same time. `send_cpu_us` is that of sends alone.
Row measure_whole(Bench& bench, std::size_t count, std::size_t connections, double send_cpu_us);
// The same at a given rate; tells how long the way of an event is.
Row measure_latency(Bench& bench, double per_second);

struct Memory {
  std::int64_t at_start = 0, after_load = 0, restarted = 0, with_backlog = 0, delivering = 0;
  std::int64_t backlog = 0;                                   // events
  double first_delivery_ms = 0, first_delivery_empty_ms = 0;  // since the process was started
  double per_event() const {
    return static_cast<double>(with_backlog - restarted) / static_cast<double>(backlog);
  }
};
// Restarts the server on the same store: as it is, with the backlog while the receiver holds its
// answers, and while it takes them.
void measure_pending(Bench& bench, std::int64_t backlog, Memory& memory);

}  // namespace favorhook::bench
