// favorhook call METHOD PATH: a signed request as any merchant, shown whole.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <iostream>
#include <iterator>

#include "apiv3/json.h"
#include "cli/command_line.h"
#include "cli/signed_call.h"
#include "cli/text_style.h"
#include "runtime/files.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct RawOptions {
  CallOptions call;
  std::string method;
  std::string target;
  std::string body;
};

// TEXT, @FILE or -.
Result<std::string> read_body(const std::string& given) {
  if (given == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  if (given.starts_with('@')) return runtime::read_file(given.substr(1));
  return given;
}

// Each line behind the margin. A text ends where its last line break is followed by nothing, and
// the break is shown as a line of its own, since it counts in what is signed.
void print_lines(std::string_view margin, std::string_view text) {
  const std::string shown = printable(text);
  for (std::size_t at = 0; at <= shown.size();) {
    const std::size_t end = std::min(shown.find('\n', at), shown.size());
    fmt::print("{} {}\n", margin, std::string_view(shown).substr(at, end - at));
    at = end + 1;
  }
}

void print_headers(std::string_view margin, const Pairs& headers) {
  for (const auto& [name, value] : headers) {
    fmt::print("{} {}: {}\n", margin, styled(Style::faint, printable(name)), printable(value));
  }
}

void show(const SignedRequest& request, const merchant::Answer& answer) {
  fmt::print("{}\n", styled(Style::heading, "signed text (each line ends in \\n)"));
  // The last \n ends the last line; it does not begin another.
  print_lines("|", std::string_view(answer.signed_text).substr(0, answer.signed_text.size() - 1));
  fmt::print("{}\n", styled(Style::heading, "request"));
  fmt::print("> {} {}\n", request.method, request.target);
  print_headers(">", answer.request_headers);
  if (!request.body.empty()) {
    fmt::print(">\n");
    print_lines(">", request.body);
  }
  fmt::print("{}\n", styled(Style::heading, "answer"));
  fmt::print("< {}\n", answer.status);
  print_headers("<", answer.headers);
  if (!answer.body.empty()) {
    fmt::print("<\n");
    print_lines("<", answer.body);
  }
  fmt::print("{}\n", answer_line(answer));
  if (const std::string todo = solution_for(answer); !todo.empty()) {
    fmt::print("{} {}\n", styled(Style::heading, "解决方案:"), todo);
  }
}

json::object headers_json(const Pairs& headers) {
  json::object object;
  for (const auto& [name, value] : headers) object[name] = value;
  return object;
}

void show_json(const SignedRequest& request, const merchant::Answer& answer) {
  json::value body = parsed_body(answer);
  if (body.is_null()) body = json::string(answer.body);
  const json::object document = {
      {"request", json::object{{"method", request.method},
                               {"target", request.target},
                               {"headers", headers_json(answer.request_headers)},
                               {"body", request.body},
                               {"signed_text", answer.signed_text}}},
      {"answer", json::object{{"status", answer.status},
                              {"headers", headers_json(answer.headers)},
                              {"body", std::move(body)},
                              {"verified", answer.verified},
                              {"verify_error", answer.verify_error}}},
      {"solution", solution_for(answer)}};
  fmt::print("{}\n", apiv3::to_ordered_json(document));
}

void call_raw(Shared& shared, const RawOptions& options) {
  auto body = read_body(options.body);
  if (!body) return shared.failed(body.error());
  const SignedRequest request{options.method, options.target, std::move(*body)};
  const auto answer = call(shared, options.call, request);
  if (!answer) return shared.failed(answer.error());
  if (shared.json) {
    show_json(request, *answer);
  } else {
    show(request, *answer);
  }
  conclude(shared, *answer);
}

}  // namespace

void add_call(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("call", "a signed request as any merchant, and its answer");
  const auto options = std::make_shared<RawOptions>();
  command.option("method", options->method, "GET, POST, …").required();
  command.option("path", options->target, "path and query, as on the request line").required();
  command.option("--body", options->body, "the body: TEXT, @FILE, or - for stdin");
  add_call_options(command, options->call);
  command.action([&shared, options] { call_raw(shared, *options); });
}

}  // namespace favorhook::cli
