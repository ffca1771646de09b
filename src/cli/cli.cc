#include "cli/cli.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "cli/command_line.h"

namespace favorhook::cli {
namespace {

constexpr const char* kAbout =
    "favorhook runs the event notifications of WeChat Pay merchant coupons on your own machine.";

constexpr const char* kFooter =
    "--data and --json work before and after every command.\n"
    "Exit codes: 0 done; 1 failed, the reason is on stderr; 2 the command line is wrong;\n"
    "3 the answer was an error of the API, or an audit could not read the store.\n";

struct CommandPlace {
  void (*add)(CommandLine& app, Shared& shared);
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

void add_globals(CommandLine& app, Shared& shared) {
  app.version_flag("--version", "favorhook " FAVORHOOK_VERSION, "print the version");
  app.help_flag("-h,--help", "print this help");
  app.option("--data", shared.data_dir, "the data directory")
      .environment("FAVORHOOK_DATA")
      .value_name("DIR")
      .shows_default();
  app.flag("--json", shared.json, "one JSON document on stdout, for machines");
  app.footer(kFooter);
  app.requires_command();
  app.fallthrough();  // `favorhook event list --json`
  app.column_width(34);
}

}  // namespace

void Shared::failed(const Error& error) {
  fmt::print(stderr, "favorhook: {}\n", error.what);
  exit_code = kFailed;
}

int run(int argc, char** argv) {
  CommandLine app("favorhook", kAbout);
  Shared shared;
  if (argc > 0) shared.program = argv[0];
  add_globals(app, shared);
  for (const CommandPlace& command : kCommands) {
    command.add(app, shared);
    app.find_command(command.name).group(command.group);
  }
  if (const auto exit_code = app.parse(argc, argv)) return *exit_code;
  return std::fflush(stdout) == 0 ? shared.exit_code : kFailed;
}

}  // namespace favorhook::cli
