// favorhook event list|show|resend: what happened, and every attempt to tell it.
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <cstdio>
#include <limits>

#include "base/limits.h"
#include "cli/admin_client.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "cli/text_style.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;

constexpr const char* kEvents = "/admin/v1/events";

struct ListOptions {
  std::string receiver, state;
  int limit = 50;
  std::int64_t before = 0;
};

Style style_of(const std::string& state) {
  if (state == "delivered") return Style::good;
  return state == "exhausted" || state == "withheld" ? Style::bad : Style::plain;
}

// What is next, or how it ended.
std::string outlook(const json::value& event) {
  const std::string reason = shown(event, "withheld_reason");
  if (!reason.empty()) return reason;
  if (shown(event, "in_flight") == "yes") return "in flight";
  const std::string due = shown(event, "due");
  return due.empty() ? shown(event, "finished") : "due " + due;
}

void print_list(const json::value& page) {
  std::vector<std::vector<std::string>> rows = {
      {"ID", "CREATED", "RECEIVER", "STATE", "ATTEMPTS", "NEXT OR END", "COUPON"}};
  for (const json::value& event : elements(page, "events")) {
    rows.push_back({shown(event, "id"), shown(event, "create_time"), shown(event, "receiver"),
                    shown(event, "state"), shown(event, "attempt_count"), outlook(event),
                    shown(event, "coupon_code")});
  }
  fmt::print("{}", table_text(rows));
  const std::string next = shown(page, "next_before");
  if (!next.empty()) fmt::print("more: --before {}\n", next);
}

Result<void> list(const Shared& shared, const ListOptions& options) {
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
  if (!admin) return fail(admin.error());
  std::string target = fmt::format("{}?limit={}", kEvents, options.limit);
  if (!options.receiver.empty()) target += "&receiver=" + options.receiver;
  if (!options.state.empty()) target += "&state=" + options.state;
  if (options.before > 0) target += fmt::format("&before={}", options.before);
  const auto page = (*admin)->call("GET", target);
  if (!page) return fail(page.error());
  shared.json ? print_json(*page) : print_list(*page);
  return {};
}

// "dns 0.4, connect 0.1, tls 1.9, first byte 3.0, total 5.5 ms"; phases that were not needed are
// left out.
std::string phases_text(const json::value& attempt) {
  const json::value* phases = attempt.as_object().if_contains("phases_ms");
  std::string out;
  for (const std::string_view name : {"dns", "connect", "tls", "first_byte", "total"}) {
    const std::string value = phases == nullptr ? "" : shown(*phases, name);
    if (value.empty()) continue;
    const std::string_view words = name == "first_byte" ? "first byte" : name;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", words, value);
  }
  return out.empty() ? out : out + " ms";
}

// The sentence of the verdict, green where it is good.
std::string verdict_text(const json::value& attempt) {
  const std::string word = shown(attempt, "verdict");
  if (word.empty()) return "in flight, or its process ended";
  const std::string sentence = shown(attempt, "explanation");
  return styled(word == "acknowledged" ? Style::good : Style::bad,
                sentence.empty() ? word : sentence);
}

void print_attempt(const json::value& attempt) {
  fmt::print("\n{}\n",
             styled(Style::heading, fmt::format("attempt {}  {}", shown(attempt, "number"),
                                                shown(attempt, "url"))));
  std::vector<std::vector<std::string>> rows = {
      {"  nonce", shown(attempt, "nonce")},
      {"  started", shown(attempt, "started")},
      {"  finished", shown(attempt, "finished")},
      {"  phases", phases_text(attempt)},
      {"  peer", shown(attempt, "peer")},
      {"  kept connection", shown(attempt, "connection_reused")},
      {"  signed with", shown(attempt, "serial")},
      {"  status", shown(attempt, "status") == "0" ? "" : shown(attempt, "status")},
      {"  answer", shown(attempt, "answer_head")},
      {"  verdict", verdict_text(attempt)},
      {"  counts", shown(attempt, "verdict").empty() ? "" : shown(attempt, "counted")},
      {"  next due", shown(attempt, "next_due")}};
  std::erase_if(rows, [](const auto& row) { return row[1].empty(); });
  fmt::print("{}", table_text(rows));
}

void print_event(const json::value& event) {
  const std::string state = shown(event, "state");
  std::vector<std::vector<std::string>> rows = {
      {"event", shown(event, "id")},
      {"type", shown(event, "event_type")},
      {"receiver", shown(event, "receiver")},
      {"stock", shown(event, "stock_id")},
      {"coupon", shown(event, "coupon_code")},
      {"created", shown(event, "create_time")},
      {"state", styled(style_of(state), state)},
      {"why", shown(event, "withheld_explanation")},
      {"due", shown(event, "due")},
      {"finished", shown(event, "finished")},
      {"attempts",
       fmt::format("{} ({} on the ladder, {} of unknown outcome)", shown(event, "attempt_count"),
                   shown(event, "attempts_counted"), shown(event, "attempts_unknown"))}};
  std::erase_if(rows, [](const auto& row) { return row[1].empty(); });
  fmt::print("{}", table_text(rows));
  fmt::print("plaintext\n{}\n",
             pretty_text(std::string_view(event.at("plaintext").as_string()), "  "));
  for (const json::value& attempt : elements(event, "attempts")) print_attempt(attempt);
}

Result<void> show(const Shared& shared, const std::string& id) {
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
  if (!admin) return fail(admin.error());
  const auto event = (*admin)->call("GET", fmt::format("{}/{}", kEvents, id));
  if (!event) return fail(event.error());
  shared.json ? print_json(*event) : print_event(*event);
  return {};
}

Result<void> resend(const Shared& shared, const std::string& id) {
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::server_only);
  if (!admin) return fail(admin.error());
  const auto event = (*admin)->call("POST", fmt::format("{}/{}/resend", kEvents, id));
  if (!event) return fail(event.error());
  if (shared.json) {
    print_json(*event);
  } else if (shown(*event, "in_flight") == "yes") {
    fmt::print("event {} is in flight now; should this attempt fail, its ladder starts again\n",
               id);
  } else {
    fmt::print("event {} is sent again; `favorhook event show {}` tells what becomes of it\n", id,
               id);
  }
  return {};
}

// Ids go into a path, so nothing else passes.
std::string event_id_fault(const std::string& text) {
  const bool good = !text.empty() && text.find_first_not_of("0123456789abcdef-") == text.npos;
  return good ? "" : "an event's id is a UUID";
}

void add_list(CommandLine& command, Shared& shared) {
  CommandLine one = command.command("list", "events, the newest first");
  const auto options = std::make_shared<ListOptions>();
  one.option("--receiver", options->receiver, "of this merchant only")
      .check([](const std::string& text) {
        const bool good = text.find_first_not_of("0123456789") == text.npos;
        return good ? std::string() : "a merchant's id has digits only";
      });
  one.option("--state", options->state, "in this state only")
      .one_of({"withheld", "pending", "delivered", "exhausted", "cancelled"});
  one.option("--limit", options->limit, "at most so many")
      .between(1, limits::kAdminPageMax)
      .shows_default();
  one.option("--before", options->before, "the next page, as the last one named it")
      .between(1, std::numeric_limits<std::int64_t>::max());
  one.action([&shared, options] { shared.finish(list(shared, *options)); });
}

}  // namespace

void add_event(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("event", "list, show and resend events");
  command.requires_command();
  add_list(command, shared);
  const auto id = std::make_shared<std::string>();
  CommandLine one = command.command("show", "an event with every attempt to tell it");
  one.option("id", *id, "the event's id").required().check(event_id_fault, "UUID");
  one.action([&shared, id] { shared.finish(show(shared, *id)); });
  CommandLine again = command.command("resend", "send an event now, whatever its state");
  again.option("id", *id, "the event's id").required().check(event_id_fault, "UUID");
  again.action([&shared, id] { shared.finish(resend(shared, *id)); });
}

}  // namespace favorhook::cli
