// favorhook-bench: starts a server and a receiver, measures, prints a table, writes JSON. bench/run
// builds and calls it.
#include <fmt/format.h>
#include <stdlib.h>

#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "bench/bare_exchange.h"
#include "bench/machine.h"
#include "bench/measure.h"
#include "bench/phases.h"
#include "bench/report.h"
#include "bench/rival.h"
#include "cli/command_line.h"

namespace {

using namespace favorhook::bench;

struct Options {
  std::string program, json, dir = "build", commit, command, rival;
  bool quick = false;
};

// A folder of the run's own on the disk that is measured; gone at the end.
struct RunFolder {
  explicit RunFolder(const std::string& under) : path(under + "/bench-XXXXXX") {
    if (::mkdtemp(path.data()) == nullptr) {
      fmt::print(stderr, "bench: cannot make a folder in {}\n", under);
      std::exit(1);
    }
  }
  ~RunFolder() { std::filesystem::remove_all(path); }
  std::string path;
};

favorhook::net::TlsContextPtr trust_in(const std::string& ca_file) {
  std::ifstream in(ca_file);
  const std::string pem{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return or_exit(
      favorhook::net::make_client_tls({.system_authorities = false, .authority_pems = {pem}}));
}

void measure(Bench& bench, const Options& options, const RivalKeys& rival_keys,
             const std::string& folder, Report& report) {
  const std::size_t part = options.quick ? 10 : 1;
  const auto add = [&report](Row row) -> const Row& {
    fmt::print(stderr, "  {}: {:.0f}/s, {:.1f} µs, {:.2f}\n", row.title, row.per_second, row.cpu_us,
               row.ratio());
    return report.rows.emplace_back(std::move(row));
  };
  add(measure_get(bench, 16, false));
  add(measure_get(bench, 16, true));
  bench.receiver.hold(true);
  add(measure_send(bench, 300 / part, 1, false));
  add(measure_send(bench, 2'000 / part, 16, false));
  const double send_cpu_us = add(measure_send(bench, 4'000 / part, 64, false)).cpu_us;
  add(measure_send(bench, 4'000 / part, 256, false));
  add(measure_send(bench, 2'000 / part, 64, true));
  add(measure_backlog(bench));
  add(measure_bare_exchange(bench, rival_keys, 8'000 / part));
  if (!options.rival.empty()) {
    const RivalPlace place{.script = options.rival, .folder = folder};
    add(measure_rival(bench, rival_keys, place, Rival::bullmq, 8'000 / part));
    add(measure_rival(bench, rival_keys, place, Rival::undici, 8'000 / part));
  }
  const double most = add(measure_whole(bench, 4'000 / part, 64, send_cpu_us)).per_second;
  add(measure_latency(bench, most / 2));
  report.memory.after_load = bench.server.rss_bytes();
  measure_pending(bench, std::int64_t{1'000'000} / std::int64_t(part), report.memory);
}

favorhook::Result<void> trust(ReceiverKeys& keys, const RivalKeys& rival) {
  const auto added = keys.platform.add_public_key(rival.id, rival.key.public_key().to_pem());
  if (!added) return favorhook::fail("the rival's key: {}", added.error());
  return {};
}

Report run(const Options& options) {
  const std::int64_t begun = now_ns();
  const RunFolder folder(options.dir);
  Report report{
      .command = options.command, .commit = options.commit, .machine = describe_machine()};
  report.flush_us = flush_p50_us(folder.path);
  Server server =
      or_exit(Server::start({.program = options.program, .data = folder.path + "/data"}));
  report.memory.at_start = server.rss_bytes();
  Merchant merchant = Merchant::make(server);
  const RivalKeys rival_keys;
  ReceiverKeys keys = merchant.receiver_keys();
  or_exit(trust(keys, rival_keys));
  Receiver receiver = or_exit(Receiver::start(keys));
  server.run({"callback", "set", "--mchid", kMchid, receiver.url()});
  report.sign_all_cores_us = sign_us_on_all_cores();
  Bench bench{std::move(server), receiver, merchant, trust_in(merchant.ca_file())};
  measure(bench, options, rival_keys, folder.path, report);
  std::vector<Unit> units;
  for (const Row& row : report.rows) {
    if (row.unit.verify_us > 0) units.push_back(row.unit);  // the bare exchange measures none
  }
  report.unit = mean(units);
  report.seconds = static_cast<double>(now_ns() - begun) / 1e9;
  return report;
}

}  // namespace

int main(int argc, char** argv) {
  favorhook::cli::CommandLine app("", "measures a favorhook server");
  Options options;
  app.option("--program", options.program, "the server's program").required();
  app.option("--json", options.json, "where the figures go as JSON");
  app.option("--dir", options.dir, "a folder on the disk to measure").shows_default();
  app.option("--commit", options.commit, "what was built, for the report");
  app.option("--command", options.command, "how this was called, for the report");
  app.option("--rival", options.rival, "bench/compare/rival.mjs, to measure that too");
  app.flag("--quick", options.quick, "a tenth of the load: to see that it works");
  if (const auto exit_code = app.parse(argc, argv)) return *exit_code;
  std::signal(SIGPIPE, SIG_IGN);
  const Report report = run(options);
  fmt::print("{}", as_table(report));
  if (!options.json.empty()) {
    std::ofstream out(options.json);
    out << boost::json::serialize(as_json(report)) << '\n';
    if (!out.flush()) {
      fmt::print(stderr, "bench: cannot write {}\n", options.json);
      return 1;
    }
    fmt::print("figures as JSON: {}\n", options.json);
  }
  return 0;
}
