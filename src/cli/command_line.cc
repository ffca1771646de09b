#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/cli.h"

namespace favorhook::cli {
namespace {

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

template <class... Arguments>
std::optional<int> parse_with(CLI::App& app, const Arguments&... arguments) {
  try {
    app.parse(arguments...);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  return std::nullopt;
}

}  // namespace

Option& Option::required() {
  option_->required();
  return *this;
}

Option& Option::shows_default() {
  option_->capture_default_str();
  return *this;
}

Option& Option::value_name(std::string_view name) {
  option_->type_name(std::string(name));
  return *this;
}

Option& Option::environment(std::string_view variable) {
  option_->envname(std::string(variable));
  return *this;
}

Option& Option::one_of(std::vector<std::string> words) {
  option_->check(CLI::IsMember(std::move(words)));
  return *this;
}

Option& Option::between(std::int64_t least, std::int64_t most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Option& Option::check(ValueCheck check, std::string_view name) {
  option_->check(std::move(check), std::string(name));
  return *this;
}

Option& Option::needs(Option other) {
  option_->needs(other.option_);
  return *this;
}

Option& Option::excludes(Option other) {
  option_->excludes(other.option_);
  return *this;
}

bool Option::given() const {
  return option_->count() > 0;
}

CommandLine::CommandLine(std::string_view name, std::string_view about)
    : owned_(std::make_shared<CLI::App>(std::string(about), std::string(name))),
      app_(owned_.get()) {}

CommandLine CommandLine::command(std::string_view name, std::string_view about) {
  return CommandLine(app_->add_subcommand(std::string(name), std::string(about)));
}

template <class T>
Option CommandLine::option(std::string_view names, T& value, std::string_view about) {
  return Option(app_->add_option(std::string(names), value, std::string(about)));
}

Option CommandLine::flag(std::string_view names, bool& value, std::string_view about) {
  return Option(app_->add_flag(std::string(names), value, std::string(about)));
}

void CommandLine::action(std::function<void()> action) {
  app_->callback(std::move(action));
}

void CommandLine::requires_command() {
  app_->require_subcommand(1);
}

void CommandLine::group(std::string_view heading) {
  app_->group(std::string(heading));
}

void CommandLine::version_flag(std::string_view names, std::string_view text,
                               std::string_view about) {
  app_->set_version_flag(std::string(names), std::string(text), std::string(about));
}

void CommandLine::help_flag(std::string_view names, std::string_view about) {
  app_->set_help_flag(std::string(names), std::string(about));
}

void CommandLine::fallthrough() {
  app_->fallthrough();
}

void CommandLine::column_width(std::size_t width) {
  app_->get_formatter()->column_width(width);
}

void CommandLine::footer(std::string_view text) {
  app_->footer(std::string(text));
}

CommandLine CommandLine::find_command(std::string_view name) const {
  return CommandLine(app_->get_subcommand(std::string(name)));
}

Option CommandLine::find_option(std::string_view name) const {
  return Option(app_->get_option(std::string(name)));
}

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
  return parse_with(*app_, argc, argv);
}

std::optional<int> CommandLine::parse(const std::string& arguments) {
  return parse_with(*app_, arguments);
}

template Option CommandLine::option(std::string_view, std::string&, std::string_view);
template Option CommandLine::option(std::string_view, std::vector<std::string>&, std::string_view);
template Option CommandLine::option(std::string_view, int&, std::string_view);
template Option CommandLine::option(std::string_view, std::optional<int>&, std::string_view);
template Option CommandLine::option(std::string_view, std::int64_t&, std::string_view);
template Option CommandLine::option(std::string_view, std::uint16_t&, std::string_view);
template Option CommandLine::option(std::string_view, std::uint64_t&, std::string_view);

}  // namespace favorhook::cli
