// favorhook callback set|get: the notification URL of merchant coupons (protocol §3.9).
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>

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

void add_callback(CLI::App& app, Shared& shared) {
  CLI::App* command = app.add_subcommand("callback", "set or show a merchant's notification URL");
  command->require_subcommand(1);
  const auto options = std::make_shared<CallbackOptions>();

  CLI::App* set = command->add_subcommand("set", "set the URL; it replaces the one before");
  add_call_options(*set, options->call);
  set->add_option("url,--url", options->url, "https, no query")->required();
  set->add_option("--for", options->for_mchid, "a merchant related to the caller, in its place");
  set->callback([&shared, options] { set_callback(shared, *options); });

  CLI::App* get = command->add_subcommand("get", "show the URL");
  add_call_options(*get, options->call);
  get->add_option("--for", options->for_mchid, "a merchant related to the caller, in its place");
  get->callback([&shared, options] { get_callback(shared, *options); });
}

}  // namespace favorhook::cli
