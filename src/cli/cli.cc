#include "cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>

namespace favorhook::cli {
namespace {

constexpr const char* kAbout =
    "favorhook runs the event notifications of WeChat Pay merchant coupons on your own machine.";

constexpr const char* kFooter =
    "--data and --json work before and after every command.\n"
    "Exit codes: 0 done; 1 failed, the reason is on stderr; 2 the command line is wrong;\n"
    "3 the answer was an error of the API, or an audit could not read the store.\n";

struct CommandPlace {
  void (*add)(CLI::App& app, Shared& shared);
  const char* name;
  const char* group;
};

constexpr auto kCommands = std::to_array<CommandPlace>({
    {add_serve, "serve", "The server"},
    {add_story, "story", "The server"},
    {add_merchant, "merchant", "Administration"},
    {add_cert, "cert", "Administration"},
    {add_key, "key", "Administration"},
    {add_user, "user", "Administration"},
    {add_event, "event", "Administration"},
    {add_audit, "audit", "Administration"},
    {add_backup, "backup", "Administration"},
    {add_restore, "restore", "Administration"},
    {add_callback, "callback", "As a merchant"},
    {add_stock, "stock", "As a merchant"},
    {add_coupon, "coupon", "As a merchant"},
    {add_call, "call", "As a merchant"},
    {add_listen, "listen", "As a merchant"},
});

void add_globals(CLI::App& app, Shared& shared) {
  app.set_version_flag("--version", "favorhook " FAVORHOOK_VERSION, "print the version");
  app.set_help_flag("-h,--help", "print this help");
  app.add_option("--data", shared.data_dir, "the data directory")
      ->envname("FAVORHOOK_DATA")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_flag("--json", shared.json, "one JSON document on stdout, for machines");
  app.footer(kFooter);
  app.require_subcommand(1);
  // Options that a command does not know are the program's: `favorhook event list --json`.
  app.fallthrough();
  app.get_formatter()->column_width(34);
}

// True where the command line ends at a command that needs another one, as `favorhook merchant`.
bool needs_command(const CLI::App& app) {
  const std::vector<CLI::App*> given = app.get_subcommands();
  if (!given.empty()) return needs_command(*given.front());
  return app.get_require_subcommand_min() > 0;
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  // CLI11 only says that a command is missing, not what stands in its place.
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  const bool is_help = error.get_exit_code() == 0;
  if (is_help || unknown.empty() || !needs_command(app)) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  fmt::print(stderr, "there is no command {}\nRun with --help for more information.\n",
             unknown.front());
  return kUsage;
}

}  // namespace

void Shared::failed(const Error& error) {
  fmt::print(stderr, "favorhook: {}\n", error.what);
  exit_code = kFailed;
}

int run(int argc, char** argv) {
  CLI::App app(kAbout, "favorhook");
  Shared shared;
  if (argc > 0) shared.program = argv[0];
  add_globals(app, shared);
  for (const CommandPlace& command : kCommands) {
    command.add(app, shared);
    app.get_subcommand(command.name)->group(command.group);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  return std::fflush(stdout) == 0 ? shared.exit_code : kFailed;
}

}  // namespace favorhook::cli
