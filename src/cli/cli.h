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

namespace favorhook::cli {

class CommandLine;

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

void add_serve(CommandLine& app, Shared& shared);
void add_merchant(CommandLine& app, Shared& shared);
void add_cert(CommandLine& app, Shared& shared);
void add_key(CommandLine& app, Shared& shared);
void add_event(CommandLine& app, Shared& shared);
void add_audit(CommandLine& app, Shared& shared);
void add_backup(CommandLine& app, Shared& shared);
void add_restore(CommandLine& app, Shared& shared);
void add_user(CommandLine& app, Shared& shared);
void add_callback(CommandLine& app, Shared& shared);
void add_stock(CommandLine& app, Shared& shared);
void add_coupon(CommandLine& app, Shared& shared);
void add_call(CommandLine& app, Shared& shared);
void add_listen(CommandLine& app, Shared& shared);
void add_story(CommandLine& app, Shared& shared);

int run(int argc, char** argv);

}  // namespace favorhook::cli
