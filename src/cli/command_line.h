// The command line's parser: commands, their options and the checks of what was given for them.
//
//   CommandLine program("favorhook", "what it is for");
//   CommandLine add = program.command("add", "add a merchant");
//   add.option("--mchid", options->mchid, "8 to 15 digits").required();
//   add.action([options] { … });
//   if (const auto exit_code = program.parse(argc, argv)) return *exit_code;
//
// A facade of CLI11, whose templates take longer to compile than the rest of a command's file and
// are compiled once, in command_line.cc. Ownership: handles are values, alive as long as the
// program's own, as are the variables that options write. Thread safety: one thread. Errors: what
// is wrong with the command line goes to stderr, and parse tells kUsage of cli.h; an option that is
// declared twice or looked for in vain is a bug.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace favorhook::cli {

// An empty text where the value is good, else what is wrong with it.
using ValueCheck = std::function<std::string(const std::string& value)>;

class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option& required();
  Option& shows_default();                         // in the help text, as the variable is now
  Option& value_name(std::string_view name);       // FILE, PERCENT, …
  Option& environment(std::string_view variable);  // where it is not given
  Option& one_of(std::vector<std::string> words);
  Option& between(std::int64_t least, std::int64_t most);
  Option& check(ValueCheck check, std::string_view name = {});
  Option& needs(Option other);
  Option& excludes(Option other);
  bool given() const;

 private:
  CLI::Option* option_;
};

class CommandLine {
 public:
  // A program; without a name it has the one it is called by.
  CommandLine(std::string_view name, std::string_view about);

  CommandLine command(std::string_view name, std::string_view about);
  // "--out" is named, "file" goes by its place, "url,--url" by either. T is one of the types at the
  // end of command_line.cc.
  template <class T>
  Option option(std::string_view names, T& value, std::string_view about);
  Option flag(std::string_view names, bool& value, std::string_view about);
  void action(std::function<void()> action);
  void requires_command();
  void group(std::string_view heading);  // in the help text of the program

  // Of the program. All but the version goes for the commands that are added later too.
  void version_flag(std::string_view names, std::string_view text, std::string_view about);
  void help_flag(std::string_view names, std::string_view about);
  void fallthrough();  // an option that a command does not know is the program's
  void column_width(std::size_t width);
  void footer(std::string_view text);

  CommandLine find_command(std::string_view name) const;
  Option find_option(std::string_view name) const;

  // Runs the action of what was given. The exit code where there was none to run: something is
  // wrong, or only help or the version was asked for.
  std::optional<int> parse(int argc, const char* const* argv);
  std::optional<int> parse(const std::string& arguments);

 private:
  explicit CommandLine(CLI::App* app) : app_(app) {}

  std::shared_ptr<CLI::App> owned_;  // by the program's own handle
  CLI::App* app_;
};

}  // namespace favorhook::cli
