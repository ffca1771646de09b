// favorhook merchant add|list|show|set|relate|app: merchants and what they may do.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdio>
#include <iostream>
#include <optional>

#include "cli/admin_client.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "cli/merchant_add.h"
#include "cli/merchant_files.h"
#include "runtime/files.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;
using Admin = std::unique_ptr<AdminClient>;

constexpr const char* kMerchants = "/admin/v1/merchants";

void print_merchant(const json::value& merchant) {
  std::vector<std::vector<std::string>> rows = {
      {"mchid", shown(merchant, "mchid")},
      {"name", shown(merchant, "name")},
      {"kind", shown(merchant, "kind")},
      {"stock ids begin with", shown(merchant, "number")},
      {"answers signed with", shown(merchant, "mode")},
      {"gray release, percent", shown(merchant, "gray_percent")},
      {"event push 营销事件推送", shown(merchant, "event_push")},
      {"may call coupons/send", shown(merchant, "api_send")},
      {"APIv3 key", shown(merchant, "has_apiv3_key")},
      {"acts for", shown(merchant, "children")},
      {"appids", shown(merchant, "appids")}};
  for (const json::value& each : elements(merchant, "certificates")) {
    rows.push_back({"API certificate", shown(each, "serial_no")});
    rows.push_back(
        {"", fmt::format("{} to {}{}", shown(each, "not_before"), shown(each, "not_after"),
                         shown(each, "revoked") == "yes" ? ", revoked" : "")});
  }
  fmt::print("{}", table_text(rows));
}

void print_result(const Shared& shared, const Result<json::value>& result,
                  void (*print)(const json::value&)) {
  shared.json ? print_json(*result) : print(*result);
}

struct AddOptions {
  std::string mchid, name, kind = "direct", csr_file, out;
};

void print_added(const json::value& merchant, const std::string& directory) {
  const auto certificates = elements(merchant, "certificates");
  fmt::print("merchant {} added; its files are in {}\n", shown(merchant, "mchid"), directory);
  fmt::print("{}", table_text({{"  certificate serial",
                                certificates.empty() ? "" : shown(certificates[0], "serial_no")},
                               {"  kind", shown(merchant, "kind")},
                               {"  event push", shown(merchant, "event_push")},
                               {"  may call coupons/send", shown(merchant, "api_send")}}));
}

Result<void> add(const Shared& shared, const AddOptions& options) {
  MerchantAdd order = {options.mchid, options.name, options.kind, "", options.out};
  if (order.out_dir.empty()) order.out_dir = merchant_directory(shared.data_dir, options.mchid);
  if (!options.csr_file.empty()) {
    auto csr = runtime::read_file(options.csr_file);
    if (!csr) return fail(csr.error());
    order.csr_pem = std::move(*csr);
  }
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::may_make);
  if (!admin) return fail(admin.error());
  const auto directory = add_merchant_files(**admin, order);
  if (!directory) return fail(directory.error());
  auto merchant = (*admin)->call("GET", kMerchants + ("/" + options.mchid));
  if (!merchant) return fail(merchant.error());
  if (shared.json) {
    merchant->as_object()["directory"] = *directory;
    print_json(*merchant);
  } else {
    print_added(*merchant, *directory);
  }
  return {};
}

// All pages as one answer.
Result<json::value> all_merchants(AdminClient& admin) {
  json::array all;
  std::string target = kMerchants;
  for (;;) {
    const auto page = admin.call("GET", target);
    if (!page) return fail(page.error());
    for (const json::value& each : elements(*page, "merchants")) all.push_back(each);
    const std::string next = text_member(*page, "next_after");
    if (next.empty()) return json::object{{"merchants", std::move(all)}};
    target = std::string(kMerchants) + "?after=" + next;
  }
}

void print_list(const json::value& list) {
  std::vector<std::vector<std::string>> rows = {
      {"MCHID", "KIND", "MODE", "GRAY", "PUSH", "SEND", "APIV3 KEY", "NAME"}};
  for (const json::value& each : elements(list, "merchants")) {
    rows.push_back({shown(each, "mchid"), shown(each, "kind"), shown(each, "mode"),
                    shown(each, "gray_percent"), shown(each, "event_push"), shown(each, "api_send"),
                    shown(each, "has_apiv3_key"), shown(each, "name")});
  }
  fmt::print("{}", table_text(rows));
}

Result<void> list(const Shared& shared) {
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
  if (!admin) return fail(admin.error());
  const auto merchants = all_merchants(**admin);
  if (!merchants) return fail(merchants.error());
  print_result(shared, merchants, print_list);
  return {};
}

Result<void> show(const Shared& shared, const std::string& mchid) {
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
  if (!admin) return fail(admin.error());
  const auto merchant = (*admin)->call("GET", kMerchants + ("/" + mchid));
  if (!merchant) return fail(merchant.error());
  print_result(shared, merchant, print_merchant);
  return {};
}

struct SetOptions {
  std::string mchid, mode, event_push, api_send, apiv3_key;
  std::optional<int> gray;
};

// The merchant's own file follows the key, where favorhook keeps it.
Result<void> follow_apiv3_key(const Shared& shared, const SetOptions& options) {
  const std::string directory = merchant_directory(shared.data_dir, options.mchid);
  const std::string path = directory + "/apiv3_key.txt";
  if (options.apiv3_key.empty() || !runtime::file_exists(directory)) return {};
  return options.apiv3_key == "none" ? runtime::remove_file(path)
                                     : runtime::write_file(path, options.apiv3_key);
}

Result<void> set(const Shared& shared, SetOptions options) {
  json::object body;
  // The arguments of a process are for everyone to see.
  if (options.apiv3_key == "-" && !std::getline(std::cin, options.apiv3_key)) {
    return fail("--apiv3-key - reads the key from the standard input, where nothing came");
  }
  if (!options.mode.empty()) body["mode"] = options.mode;
  if (options.gray) body["gray_percent"] = *options.gray;
  if (!options.event_push.empty()) body["event_push"] = options.event_push == "on";
  if (!options.api_send.empty()) body["api_send"] = options.api_send == "on";
  if (options.apiv3_key == "none") body["apiv3_key"] = nullptr;
  if (!options.apiv3_key.empty() && options.apiv3_key != "none") {
    body["apiv3_key"] = options.apiv3_key;
  }
  if (body.empty()) return fail("nothing to set: see `favorhook merchant set --help`");
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
  if (!admin) return fail(admin.error());
  const auto merchant = (*admin)->call("PATCH", kMerchants + ("/" + options.mchid), body);
  if (!merchant) return fail(merchant.error());
  if (auto followed = follow_apiv3_key(shared, options); !followed) return followed;
  print_result(shared, merchant, print_merchant);
  return {};
}

// A change whose answer is a few words.
Result<void> post(const Shared& shared, const char* target, const json::object& body,
                  const std::string& words) {
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
  if (!admin) return fail(admin.error());
  const auto answer = (*admin)->call("POST", target, body);
  if (!answer) return fail(answer.error());
  if (shared.json) {
    print_json(*answer);
  } else {
    fmt::print("{}\n", words);
  }
  return {};
}

void add_add(CommandLine& merchant, Shared& shared) {
  CommandLine command =
      merchant.command("add", "add a merchant and write its keys and certificates as files");
  const auto options = std::make_shared<AddOptions>();
  command.option("--mchid", options->mchid, "8 to 15 digits").required();
  command.option("--name", options->name, "its name").required();
  command.option("--kind", options->kind, "what it is to WeChat Pay")
      .one_of({"direct", "provider", "channel"})
      .shows_default();
  command
      .option("--csr", options->csr_file,
              "certify this PKCS#10 request; no apiclient_key.pem is written then")
      .value_name("FILE");
  command.option("--out", options->out, "where the files go [DATA/merchants/MCHID]")
      .value_name("DIR");
  command.action([&shared, options] { shared.finish(add(shared, *options)); });
}

void add_set(CommandLine& merchant, Shared& shared) {
  CommandLine command = merchant.command("set", "change a merchant's settings");
  const auto options = std::make_shared<SetOptions>();
  command.option("mchid,--mchid", options->mchid, "the merchant").required();
  command
      .option("--mode", options->mode, "which platform key signs answers and notifications to it")
      .one_of({"certificate", "public-key"});
  command
      .option("--gray", options->gray,
              "the share of notifications that the public key signs in certificate mode")
      .between(0, 100)
      .value_name("PERCENT");
  const std::vector<std::string> on_off = {"on", "off"};
  command.option("--event-push", options->event_push, "营销事件推送").one_of(on_off);
  command.option("--api-send", options->api_send, "whether it may call coupons/send")
      .one_of(on_off);
  command
      .option("--apiv3-key", options->apiv3_key, "32 characters; -: read from the standard input")
      .value_name("none|-|KEY");
  command.action([&shared, options] { shared.finish(set(shared, *options)); });
}

void add_relate(CommandLine& merchant, Shared& shared) {
  CommandLine command =
      merchant.command("relate", "let a provider or channel partner act for a merchant");
  const auto parent = std::make_shared<std::string>();
  const auto child = std::make_shared<std::string>();
  command.option("--parent", *parent, "the provider or channel partner").required();
  command.option("--merchant", *child, "the merchant it acts for").required();
  command.action([&shared, parent, child] {
    shared.finish(post(shared, "/admin/v1/relations", {{"parent", *parent}, {"child", *child}},
                       fmt::format("{} acts for {} now", *parent, *child)));
  });
}

void add_app_add(CommandLine& merchant, Shared& shared) {
  CommandLine apps = merchant.command("app", "appids of a merchant");
  apps.requires_command();
  CommandLine command = apps.command("add", "bind an appid to a merchant");
  const auto mchid = std::make_shared<std::string>();
  const auto appid = std::make_shared<std::string>();
  const auto group = std::make_shared<std::string>();
  command.option("--mchid", *mchid, "the merchant").required();
  command.option("--appid", *appid, "wx…").required();
  command.option("--unionid-group", *group,
                 "the Open Platform account of the appid; its users have one unionid in it");
  command.action([&shared, mchid, appid, group] {
    json::object body = {{"mchid", *mchid}, {"appid", *appid}};
    if (!group->empty()) body["unionid_group"] = *group;
    shared.finish(
        post(shared, "/admin/v1/apps", body, fmt::format("{} is bound to {} now", *appid, *mchid)));
  });
}

}  // namespace

void add_merchant(CommandLine& app, Shared& shared) {
  CommandLine command =
      app.command("merchant", "add, list, show, set and relate merchants; bind appids");
  command.requires_command();
  add_add(command, shared);
  command.command("list", "all merchants").action([&shared] { shared.finish(list(shared)); });
  CommandLine one = command.command("show", "one merchant with its certificates");
  const auto mchid = std::make_shared<std::string>();
  one.option("mchid,--mchid", *mchid, "the merchant").required();
  one.action([&shared, mchid] { shared.finish(show(shared, *mchid)); });
  add_set(command, shared);
  add_relate(command, shared);
  add_app_add(command, shared);
}

}  // namespace favorhook::cli
