// The command line: one file a command, each adding itself to the parser.
//
//   int main(int argc, char** argv) { return favorhook::cli::run(argc, argv); }
//
// Exit codes, which others script against: 0 done; 1 it failed, the reason is on stderr; 2 the
// command line is wrong; 3 the answer was an error of the wire (printed like any answer), or an
// audit could not read what it is to judge. Output is for people; --json prints one JSON document
// to stdout instead.
#pragma once

#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace favorhook::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kWireError = 3;
inline constexpr int kCannotRead = 3;  // audit: there is nothing to judge

// What every command shares.
struct Shared {
  std::string program = "favorhook";  // as it was called
  std::string data_dir = "./favorhook-data";
  bool json = false;
  int exit_code = kDone;

  // Prints "favorhook: reason" to stderr and sets the exit code.
  void failed(const Error& error);
  // The same where the command failed; nothing where it did not.
  void finish(const Result<void>& result) {
    if (!result) failed(result.error());
  }
};

void add_serve(CLI::App& app, Shared& shared);
void add_merchant(CLI::App& app, Shared& shared);
void add_cert(CLI::App& app, Shared& shared);
void add_key(CLI::App& app, Shared& shared);
void add_event(CLI::App& app, Shared& shared);
void add_audit(CLI::App& app, Shared& shared);
void add_backup(CLI::App& app, Shared& shared);
void add_restore(CLI::App& app, Shared& shared);
void add_user(CLI::App& app, Shared& shared);
void add_callback(CLI::App& app, Shared& shared);
void add_stock(CLI::App& app, Shared& shared);
void add_coupon(CLI::App& app, Shared& shared);
void add_call(CLI::App& app, Shared& shared);
void add_listen(CLI::App& app, Shared& shared);
void add_story(CLI::App& app, Shared& shared);

int run(int argc, char** argv);

}  // namespace favorhook::cli
