// favorhook serve: the server, until SIGINT or SIGTERM.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "net/signals.h"
#include "runtime/core_dumps.h"
#include "runtime/server.h"

namespace favorhook::cli {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

struct ServeOptions {
  std::string config;
  std::string listen, tls_listen, admin_listen;
  bool sandbox = false;
};

Settings environment() {
  Settings all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (!text.starts_with("FAVORHOOK_") || equals == std::string_view::npos) continue;
    all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

// What the command line sets comes behind the environment, so that it wins.
Settings all_settings(const Shared& shared, bool data_given, const ServeOptions& options) {
  Settings all = environment();
  const auto add = [&all](const char* name, const std::string& value) {
    if (!value.empty()) all.emplace_back(name, value);
  };
  add("FAVORHOOK_DATA", data_given ? shared.data_dir : "");
  add("FAVORHOOK_LISTEN", options.listen);
  add("FAVORHOOK_TLS_LISTEN", options.tls_listen);
  add("FAVORHOOK_ADMIN_LISTEN", options.admin_listen);
  add("FAVORHOOK_MODE", options.sandbox ? "sandbox" : "");
  return all;
}

void print_ready(const runtime::ServerInfo& info, bool as_json) {
  const std::string_view mode = info.sandbox ? "sandbox" : "production";
  if (as_json) {
    const boost::json::object line = {
        {"version", FAVORHOOK_VERSION},  {"listen", info.listen},
        {"tls_listen", info.tls_listen}, {"admin_listen", info.admin_listen},
        {"data", info.data_dir},         {"mode", mode}};
    fmt::print("{}\n", boost::json::serialize(line));
  } else {
    fmt::print("favorhook {} ready: http://{} https://{} admin http://{} data {} {}\n",
               FAVORHOOK_VERSION, info.listen, info.tls_listen, info.admin_listen, info.data_dir,
               mode);
  }
  std::fflush(stdout);
}

void serve(Shared& shared, bool data_given, const ServeOptions& options) {
  // First of all, since it takes the key out of the environment.
  auto places = runtime::master_key_places();
  if (!places) return shared.failed(places.error());
  auto config = runtime::load_config(options.config, all_settings(shared, data_given, options));
  if (!config) return shared.failed(config.error());
  places->file = config->master_key.file;
  config->master_key = std::move(*places);
  if (!config->core_dumps) runtime::forbid_core_dumps();
  net::block_signals();
  std::signal(SIGPIPE, SIG_IGN);
  const auto server = runtime::Server::start(*config);
  if (!server) return shared.failed(server.error());
  print_ready((*server)->info(), shared.json);
  const int signal = net::wait_for_signal();
  log_info("stopping", {{"signal", signal}});
  (*server)->stop();
  log_info("stopped");
}

std::string address_fault(const std::string& text) {
  const auto address = runtime::Address::from_text(text);
  return address ? "" : address.error().what;
}

}  // namespace

void add_serve(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("serve", "run the server until Ctrl-C");
  const auto options = std::make_shared<ServeOptions>();
  command.option("--config", options->config, "a TOML file; docs/configuration.md lists its keys")
      .value_name("FILE");
  command.option("--listen", options->listen, "the API, plain [127.0.0.1:8480]")
      .check(address_fault, "ADDRESS:PORT");
  command.option("--tls-listen", options->tls_listen, "the API over TLS [127.0.0.1:8443]")
      .check(address_fault, "ADDRESS:PORT");
  command
      .option("--admin-listen", options->admin_listen,
              "health, metrics and /admin/v1 [127.0.0.1:8481]")
      .check(address_fault, "ADDRESS:PORT");
  command.flag("--sandbox", options->sandbox,
               "insist on a sandbox, which is also the default of a new data directory");
  const Option data = app.find_option("--data");
  command.action([&shared, data, options] { serve(shared, data.given(), *options); });
}

}  // namespace favorhook::cli
