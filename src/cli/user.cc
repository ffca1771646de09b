// favorhook user import: people with their openids and unionids, from a file.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/limits.h"
#include "cli/admin_client.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;

// One call's share of a file: below the API's bounds on people and bytes.
constexpr std::size_t kSliceBytes = limits::kAdminBodyBytesMax / 2;

Result<std::string> read_all(const std::string& path) {
  std::ostringstream content;
  if (path == "-") {
    content << std::cin.rdbuf();
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail("cannot read {}", path);
    content << file.rdbuf();
  }
  return std::move(content).str();
}

// One JSON document: a list of people, {"users": […]}, or one person.
json::array people_of(json::value document) {
  if (json::array* list = document.if_array()) return std::move(*list);
  json::object* object = document.if_object();
  json::value* users = object == nullptr ? nullptr : object->if_contains("users");
  if (users != nullptr && users->is_array()) return std::move(users->get_array());
  return json::array{std::move(document)};
}

Result<json::array> read_people(const std::string& text) {
  json::error_code error;
  json::value document = json::parse(text, error);
  if (!error) return people_of(std::move(document));
  json::array people;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    json::value person = json::parse(line, error);
    if (error) return fail("line {} is no JSON", number);
    people.push_back(std::move(person));
  }
  return people;
}

struct Outcome {
  std::size_t imported = 0;
  json::array failures;  // {"index", "error"}
};

Result<void> send_slice(AdminClient& admin, const json::array& slice, std::size_t first,
                        Outcome& outcome) {
  const auto answer = admin.call("POST", "/admin/v1/users", json::object{{"users", slice}});
  if (!answer) {
    return fail("people {} to {}: {} ({} imported before)", first + 1, first + slice.size(),
                answer.error().what, outcome.imported);
  }
  std::size_t index = first;
  for (const json::value& result : elements(*answer, "results")) {
    const std::string why = shown(result, "error");
    ++index;
    why.empty() ? void(++outcome.imported)
                : void(outcome.failures.push_back({{"index", index}, {"error", why}}));
  }
  return {};
}

Result<Outcome> send_all(AdminClient& admin, const json::array& people) {
  Outcome outcome;
  json::array slice;
  std::size_t bytes = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < people.size(); ++i) {
    slice.push_back(people[i]);
    bytes += json::serialize(people[i]).size();
    const bool full = slice.size() == limits::kAdminUsersMax || bytes >= kSliceBytes;
    if (!full && i + 1 < people.size()) continue;
    if (auto sent = send_slice(admin, slice, first, outcome); !sent) return fail(sent.error());
    slice.clear();
    bytes = 0;
    first = i + 1;
  }
  return outcome;
}

Result<void> import(Shared& shared, const std::string& path) {
  const auto text = read_all(path);
  if (!text) return fail(text.error());
  const auto people = read_people(*text);
  if (!people) return fail("{}: {}", path, people.error().what);
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::server_only);
  if (!admin) return fail(admin.error());
  const auto outcome = send_all(**admin, *people);
  if (!outcome) return fail(outcome.error());
  if (shared.json) {
    print_json(json::object{{"imported", outcome->imported}, {"failures", outcome->failures}});
  } else {
    fmt::print("{} imported\n", outcome->imported);
    for (const json::value& each : outcome->failures) {
      fmt::print("person {}: {}\n", shown(each, "index"), shown(each, "error"));
    }
  }
  if (outcome->failures.empty()) return {};
  return fail("{} of {} people were not imported", outcome->failures.size(), people->size());
}

}  // namespace

void add_user(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("user", "people with their openids and unionids");
  command.requires_command();
  CommandLine one = command.command(
      "import",
      "import people from JSON or JSON lines: {\"openids\":{\"wx…\":\"o…\"},\"unionids\":{}}");
  const auto path = std::make_shared<std::string>();
  one.option("file", *path, "the file; - is standard input").value_name("FILE").required();
  one.action([&shared, path] { shared.finish(import(shared, *path)); });
}

}  // namespace favorhook::cli
