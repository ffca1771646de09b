#include "bench/rival.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/check.h"
#include "bench/measure.h"
#include "bench/process.h"

namespace favorhook::bench {
namespace {

constexpr int kConnections = 64;
constexpr unsigned kLookMicros = 5'000;

struct Way {
  const char* name;
  const char* title;
};
Way way_of(Rival rival) {
  return rival == Rival::bullmq
             ? Way{"bullmq", "BullMQ on Redis (appendfsync always), Node.js with undici"}
             : Way{"undici", "Node.js with undici, nothing durable"};
}

// A Redis of the run's own, on a socket in its folder; every write is flushed before its answer. It
// goes into that folder first, so its files are named from there.
class Redis {
 public:
  explicit Redis(const std::string& folder) : socket_(folder + "/redis.sock") {
    std::filesystem::create_directories(folder);
    child_ = spawn({"/usr/bin/env", "redis-server", "--port", "0", "--dir", folder, "--unixsocket",
                    "redis.sock", "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                    "--daemonize", "no", "--logfile", "redis.log"},
                   folder + "/redis.err");
    for (int i = 0; i < 1'000 && !std::filesystem::exists(socket_); ++i) ::usleep(kLookMicros);
    CHECK(std::filesystem::exists(socket_));
  }
  Redis(const Redis&) = delete;
  ~Redis() {
    ::kill(child_.pid, SIGTERM);
    close_pipes(child_);
    wait_for(child_.pid);
  }
  double cpu_seconds() const { return cpu_seconds_of(child_.pid); }
  const std::string& socket() const { return socket_; }

 private:
  std::string socket_;
  Child child_;
};

std::string write_settings(const Bench& bench, const RivalKeys& keys, const RivalPlace& place,
                           const Way& way, std::size_t first, std::size_t count,
                           const std::string& socket) {
  const ReceiverKeys receiver = bench.merchant.receiver_keys();
  const std::string url = bench.receiver.url();
  const std::size_t path = url.find('/', url.find("//") + 2);
  std::ifstream ca(bench.merchant.ca_file());
  const boost::json::object settings = {
      {"way", way.name},
      {"first", first},
      {"count", count},
      {"connections", kConnections},
      {"origin", url.substr(0, path)},
      {"path", url.substr(path)},
      {"redis_socket", socket},
      {"serial", keys.id},
      {"private_key_pem", keys.key.to_pem()},
      {"apiv3_key", receiver.apiv3_key},
      {"ca_pem", std::string(std::istreambuf_iterator<char>(ca), {})}};
  const std::string file = fmt::format("{}/{}.json", place.folder, way.name);
  ::umask(077);
  std::ofstream(file) << boost::json::serialize(settings);
  return file;
}

}  // namespace

Row measure_rival(Bench& bench, const RivalKeys& keys, const RivalPlace& place, Rival rival,
                  std::size_t count) {
  const Way way = way_of(rival);
  const std::string folder = fmt::format("{}/{}", place.folder, way.name);
  std::filesystem::create_directories(folder);
  const Redis redis(folder);
  const std::size_t first = bench.merchant.take_numbers(count);
  const std::string settings =
      write_settings(bench, keys, place, way, first, count, redis.socket());
  const std::string log = folder + "/node.log";
  Child node = spawn({"/usr/bin/env", "node", place.script, settings}, log);
  if (read_output(node.output, true) != "ready") {
    or_exit(Result<void>(fail("{} did not start; see {}", way.title, log)));
  }
  Row row{.id = fmt::format("rival_{}", way.name), .title = way.title};
  measure_deliveries(
      bench, static_cast<double>(count), row, [&] { tell(node, "go\n"); },
      [&] {
        const double queue = rival == Rival::bullmq ? redis.cpu_seconds() : 0;
        return cpu_seconds_of(node.pid) + queue;
      });
  close_pipes(node);
  if (wait_for(node.pid) != 0) or_exit(Result<void>(fail("{} failed; see {}", way.title, log)));
  CHECK(bench.receiver.notes().faults == 0);
  return row;
}

}  // namespace favorhook::bench
