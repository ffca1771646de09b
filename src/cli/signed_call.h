// What the commands that make a signed call share: their options, the call, and how its answer is
// shown.
//
//   auto options = std::make_shared<CallOptions>();
//   add_call_options(*command, *options);
//   call_and_show(shared, *options, {"GET", target, ""});       // in the command's callback
//
// Errors: shown, and in the exit code: 3 for an error of the wire, 1 for a call that failed or a
// good answer whose signature does not verify. Thread safety: one thread.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/result.h"
#include "cli/cli.h"
#include "favorhook/client.h"

namespace favorhook::cli {

struct CallOptions {
  std::string mchid;
  std::string key_dir;
  std::string base_url;
  std::string wechatpay_serial;
};
// --mchid, --key-dir, --base-url and --serial.
void add_call_options(CommandLine& command, CallOptions& options);

struct SignedRequest {
  std::string method;
  std::string target;
  std::string body;
};

Result<merchant::Answer> call(const Shared& shared, const CallOptions& options,
                              const SignedRequest& request);

// The answer's status, whether it is verified, and its body; with --json the body alone.
void call_and_show(Shared& shared, const CallOptions& options, const SignedRequest& request);
// The same for a POST of arguments.
void post_and_show(Shared& shared, const CallOptions& options, const std::string& target,
                   const boost::json::value& body);

// The answer's body as JSON; null where it is none.
boost::json::value parsed_body(const merchant::Answer& answer);

// The exit code and, for a good answer that does not verify, the reason on stderr.
void conclude(Shared& shared, const merchant::Answer& answer);

// The documents' 解决方案 for an error's body; empty where there is none.
std::string solution_for(const merchant::Answer& answer);

// "400 PARAM_ERROR", "200"; and whether the signature verifies, both coloured.
std::string answer_line(const merchant::Answer& answer);

// A request number where none was given: the prefix and 24 random characters.
std::string fresh_request_no(std::string_view prefix);

}  // namespace favorhook::cli
