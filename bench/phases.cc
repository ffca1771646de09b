#include "bench/phases.h"

#include <unistd.h>

#include "base/check.h"
#include "base/metrics.h"
#include "bench/backlog.h"
#include "bench/measure.h"

namespace favorhook::bench {
namespace {

constexpr std::size_t kGets = 256;  // distinct ones, sent again and again
constexpr std::size_t kGetCalls = 6'000;
constexpr std::size_t kWarmUp = 200;
constexpr double kBacklogFrom = 0.2, kBacklogTo = 0.9;  // of the backlog: without ramp and tail
constexpr double kLatencySeconds = 5;
constexpr std::size_t kLatencyConnections = 64;
constexpr std::int64_t kPatienceNs = 60'000'000'000;
constexpr unsigned kLookMicros = 2'000;
constexpr unsigned kSettleMicros = 300'000;  // for results of attempts to be recorded

// Counters of the server over a phase.
class Counted {
 public:
  explicit Counted(const Server& server) : server_(server), before_(server.metrics()) {}
  void end() { after_ = server_.metrics(); }
  double operator()(const std::string& name) { return after_[name] - before_[name]; }
  // The bound of the histogram's bucket that holds the quantile, in ms.
  double bound_ms(const std::string& name, double q) {
    const double all = (*this)(name + "_count");
    for (const double bound : Histogram::kBounds) {
      if ((*this)(fmt::format("{}_bucket{{le=\"{}\"}}", name, bound)) >= q * all)
        return bound * 1e3;
    }
    return 0;
  }
  void add_batches(Row& row, double events) {
    const double batches = (*this)("favorhook_batches_total");
    row.more.emplace_back("commands_per_batch", (*this)("favorhook_commands_total") / batches);
    row.more.emplace_back("flushes_per_event", batches / events);
  }

 private:
  const Server& server_;
  Series before_, after_;
};

std::vector<double> spans_ms(const std::vector<CallTimes>& times) {
  std::vector<double> spans;
  for (const CallTimes& call : times) {
    spans.push_back(static_cast<double>(call.answered_ns - call.due_ns) / 1e6);
  }
  return spans;
}

void check_answers(const std::vector<CallTimes>& times) {
  for (const CallTimes& call : times) {
    if (call.status == 200) continue;
    or_exit(Result<void>(fail("a call was answered {}", call.status)));
  }
}

void add_quantiles(Row& row, const std::string& name, const std::vector<double>& ms) {
  for (const double percent : {50.0, 90.0, 99.0, 99.9}) {
    row.more.emplace_back(fmt::format("{}_p{:g}_ms", name, percent), quantile(ms, percent / 100));
  }
}

std::vector<CallTimes> drive(Bench& bench, Load& load, const std::vector<std::string>& requests,
                             const LoadPlan& plan, Row& row) {
  const double cpu = bench.server.cpu_seconds();
  const std::int64_t begun = now_ns();
  auto times = load.run(requests, plan);
  const auto calls = static_cast<double>(plan.count);
  row.per_second = calls * 1e9 / static_cast<double>(now_ns() - begun);
  row.cpu_us = (bench.server.cpu_seconds() - cpu) * 1e6 / calls;
  check_answers(times);
  return times;
}

Load connected(const Bench& bench, std::size_t connections, bool tls) {
  return or_exit(Load::connect({.port = tls ? bench.server.tls_port() : bench.server.port(),
                                .connections = connections,
                                .tls = tls ? bench.trust : nullptr}));
}

void set_call_limit(Row& row, const Unit& unit) {
  row.unit = unit;
  row.limit_us = unit.sign_us + unit.verify_us;
  row.limit = "1 verification + 1 signature";
}

std::string call_title(const char* what, std::size_t connections, bool tls) {
  return fmt::format("{}, {} connection{}{}", what, connections, connections == 1 ? "" : "s",
                     tls ? ", TLS" : "");
}

template <class Ready>
void wait_for(const char* what, const Ready& ready) {
  const std::int64_t until = now_ns() + kPatienceNs;
  while (!ready()) {
    if (now_ns() > until) or_exit(Result<void>(fail("{} did not come within a minute", what)));
    ::usleep(kLookMicros);
  }
}

void wait_for_delivery(Bench& bench) {
  wait_for("every notification",
           [&] { return bench.receiver.notes().distinct == bench.merchant.sends_made(); });
  ::usleep(kSettleMicros);
  wait_for("every result",
           [&] { return bench.server.metrics()["favorhook_events{state=\"pending\"}"] == 0; });
  CHECK(bench.receiver.notes().faults == 0);
}

}  // namespace

Row measure_get(Bench& bench, std::size_t connections, bool tls) {
  Row row{.id = tls ? "get_tls" : "get", .title = call_title("GET callbacks", connections, tls)};
  row.goal = 1.20;
  const auto requests = bench.merchant.get_callback(kGets);
  Load load = connected(bench, connections, tls);
  load.run(requests, {.count = kWarmUp});
  Units units;
  const auto times = drive(bench, load, requests, {.count = kGetCalls}, row);
  set_call_limit(row, units.end());
  add_quantiles(row, "answer", spans_ms(times));
  return row;
}

Row measure_send(Bench& bench, std::size_t count, std::size_t connections, bool tls) {
  Row row{.id = fmt::format("send_{}{}", connections, tls ? "_tls" : ""),
          .title = call_title("coupons/send", connections, tls)};
  row.goal = 1.40;
  const auto requests = bench.merchant.send_coupons(count);
  Load load = connected(bench, connections, tls);
  Units units;
  Counted counted(bench.server);
  const auto times = drive(bench, load, requests, {.count = count}, row);
  counted.end();
  set_call_limit(row, units.end());
  counted.add_batches(row, counted("favorhook_events_accepted_total"));
  add_quantiles(row, "answer", spans_ms(times));
  return row;
}

void measure_deliveries(Bench& bench, double events, Row& row, const std::function<void()>& begin,
                        const std::function<double()>& cpu_seconds) {
  const Notes& notes = bench.receiver.notes();
  const std::uint64_t first = notes.acknowledged;
  const auto reached = [&](double share) {
    return [&notes, at = first + static_cast<std::uint64_t>(events * share)] {
      return notes.acknowledged >= at;
    };
  };
  Units units;
  begin();
  wait_for("the backlog's beginning", reached(kBacklogFrom));
  const double cpu = cpu_seconds();
  const std::int64_t begun = now_ns();
  const std::uint64_t before = notes.acknowledged;
  wait_for("the backlog's end", reached(kBacklogTo));
  const auto measured = static_cast<double>(notes.acknowledged - before);
  row.cpu_us = (cpu_seconds() - cpu) * 1e6 / measured;
  row.per_second = measured * 1e9 / static_cast<double>(now_ns() - begun);
  wait_for("the backlog's last", reached(1));
  row.unit = units.end();
  row.limit_us = row.unit.sign_us;
  row.limit = "1 signature";
}

Row measure_backlog(Bench& bench) {
  Row row{.id = "deliver_backlog", .title = "deliveries of a backlog, one receiver"};
  Counted counted(bench.server);
  const auto backlog =
      static_cast<double>(bench.merchant.sends_made() - bench.receiver.notes().distinct);
  measure_deliveries(
      bench, backlog, row, [&] { bench.receiver.hold(false); },
      [&] { return bench.server.cpu_seconds(); });
  wait_for_delivery(bench);
  counted.end();
  row.goal = 1.15;
  row.more.emplace_back("events", backlog);
  counted.add_batches(row, counted("favorhook_events_delivered_total"));
  return row;
}

Row measure_whole(Bench& bench, std::size_t count, std::size_t connections, double send_cpu_us) {
  Row row{.id = "whole", .title = call_title("send and deliver together", connections, false)};
  const auto requests = bench.merchant.send_coupons(count);
  Load load = connected(bench, connections, false);
  Units units;
  Counted counted(bench.server);
  const double cpu = bench.server.cpu_seconds();
  const std::int64_t begun = now_ns();
  const auto times = load.run(requests, {.count = count});
  check_answers(times);
  wait_for("every notification",
           [&] { return bench.receiver.notes().distinct == bench.merchant.sends_made(); });
  const auto events = static_cast<double>(count);
  row.per_second = events * 1e9 / static_cast<double>(now_ns() - begun);
  ::usleep(kSettleMicros);
  row.cpu_us = (bench.server.cpu_seconds() - cpu) * 1e6 / events;
  wait_for_delivery(bench);
  counted.end();
  row.unit = units.end();
  row.limit_us = row.unit.verify_us + 2 * row.unit.sign_us;
  row.limit = "1 verification + 2 signatures";
  counted.add_batches(row, counted("favorhook_events_accepted_total"));
  row.more.emplace_back("delivery_by_subtraction_us", row.cpu_us - send_cpu_us);
  row.more.emplace_back("delivery_by_subtraction_signatures",
                        (row.cpu_us - send_cpu_us) / row.unit.sign_us);
  return row;
}

Row measure_latency(Bench& bench, double per_second) {
  Row row{.id = "latency", .title = "send and deliver at half of the most"};
  const auto count = static_cast<std::size_t>(per_second * kLatencySeconds);
  const std::size_t first = bench.merchant.sends_made();
  const auto requests = bench.merchant.send_coupons(count);
  Load load = connected(bench, kLatencyConnections, false);
  Units units;
  Counted counted(bench.server);
  const auto times = drive(bench, load, requests, {.count = count, .per_second = per_second}, row);
  wait_for_delivery(bench);
  counted.end();
  std::vector<double> whole, behind_answer;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t arrived = bench.receiver.notes().arrived_ns[first + i];
    whole.push_back(static_cast<double>(arrived - times[i].sent_ns) / 1e6);
    behind_answer.push_back(static_cast<double>(arrived - times[i].answered_ns) / 1e6);
  }
  row.unit = units.end();
  row.limit_us = row.unit.verify_us + 2 * row.unit.sign_us;
  row.limit = "1 verification + 2 signatures";
  add_quantiles(row, "answer", spans_ms(times));
  add_quantiles(row, "request_to_post", whole);
  add_quantiles(row, "answer_to_post", behind_answer);
  row.more.emplace_back("accept_to_post_p50_at_most_ms",
                        counted.bound_ms("favorhook_accept_to_post_seconds", 0.5));
  row.more.emplace_back("accept_to_post_p99_at_most_ms",
                        counted.bound_ms("favorhook_accept_to_post_seconds", 0.99));
  counted.add_batches(row, counted("favorhook_events_accepted_total"));
  return row;
}

void measure_pending(Bench& bench, std::int64_t backlog, Memory& memory) {
  constexpr unsigned kUpMicros = 2'000'000;
  const Server::Options options = bench.server.options();
  const auto rss_of_start = [&] {
    bench.server.stop();
    bench.server = or_exit(Server::start(options));
    ::usleep(kUpMicros);
    return bench.server.rss_bytes();
  };
  // From the process's start to the first notification that is acknowledged.
  const auto first_delivery_ms = [&] {
    bench.server.stop();
    bench.receiver.hold(false);
    ::usleep(kSettleMicros);  // for what was held
    const std::uint64_t before = bench.receiver.notes().acknowledged;
    const std::int64_t begun = now_ns();
    bench.server = or_exit(Server::start(options));
    wait_for("the first delivery", [&] { return bench.receiver.notes().acknowledged > before; });
    return static_cast<double>(now_ns() - begun) / 1e6;
  };
  const std::string store = options.data + "/favorhook.db";
  memory.backlog = backlog;
  memory.restarted = rss_of_start();
  bench.server.stop();
  or_exit(add_pending_events(store, kMchid, 1));
  memory.first_delivery_empty_ms = first_delivery_ms();
  bench.server.stop();
  or_exit(add_pending_events(store, kMchid, backlog));
  bench.receiver.hold(true);
  memory.with_backlog = rss_of_start();
  memory.first_delivery_ms = first_delivery_ms();
  ::usleep(kUpMicros);
  memory.delivering = bench.server.rss_bytes();
}

}  // namespace favorhook::bench
