// favorhook callback set|get: the notification URL of merchant coupons (protocol §3.9).
#include <boost/json/object.hpp>

#include "cli/command_line.h"
#include "cli/signed_call.h"

namespace favorhook::cli {
namespace {

constexpr const char* kTarget = "/v3/marketing/busifavor/callbacks";

struct CallbackOptions {
  CallOptions call;
  std::string url;
  std::string for_mchid;
};

void set_callback(Shared& shared, const CallbackOptions& options) {
  boost::json::object body;
  if (!options.for_mchid.empty()) body["mchid"] = options.for_mchid;
  body["notify_url"] = options.url;
  post_and_show(shared, options.call, kTarget, body);
}

void get_callback(Shared& shared, const CallbackOptions& options) {
  const std::string query = options.for_mchid.empty() ? "" : "?mchid=" + options.for_mchid;
  call_and_show(shared, options.call, {"GET", kTarget + query, ""});
}

}  // namespace

void add_callback(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("callback", "set or show a merchant's notification URL");
  command.requires_command();
  const auto options = std::make_shared<CallbackOptions>();

  CommandLine set = command.command("set", "set the URL; it replaces the one before");
  add_call_options(set, options->call);
  set.option("url,--url", options->url, "https, no query").required();
  set.option("--for", options->for_mchid, "a merchant related to the caller, in its place");
  set.action([&shared, options] { set_callback(shared, *options); });

  CommandLine get = command.command("get", "show the URL");
  add_call_options(get, options->call);
  get.option("--for", options->for_mchid, "a merchant related to the caller, in its place");
  get.action([&shared, options] { get_callback(shared, *options); });
}

}  // namespace favorhook::cli
