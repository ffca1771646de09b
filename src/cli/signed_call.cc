#include "cli/signed_call.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <cstdio>

#include "apiv3/errors.h"
#include "apiv3/json.h"
#include "cli/body_text.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "cli/merchant_files.h"
#include "cli/text_style.h"
#include "crypto/random.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;

// With --json there is one JSON document on stdout whatever the answer was.
void show_json(const merchant::Answer& answer) {
  const json::value body = parsed_body(answer);
  if (!body.is_null()) {
    fmt::print("{}\n", apiv3::to_ordered_json(body));
  } else {
    fmt::print("{}\n", apiv3::to_ordered_json(
                           json::object{{"status", answer.status}, {"body", answer.body}}));
  }
}

void show(const merchant::Answer& answer) {
  fmt::print("{}\n", answer_line(answer));
  if (!answer.body.empty()) fmt::print("{}\n", pretty_text(answer.body));
  if (const std::string todo = solution_for(answer); !todo.empty()) {
    fmt::print("{} {}\n", styled(Style::heading, "解决方案:"), todo);
  }
}

}  // namespace

void add_call_options(CommandLine& command, CallOptions& options) {
  command.option("--mchid", options.mchid,
                 "the merchant that calls; default: the only one in the data directory");
  command.option("--key-dir", options.key_dir, "where the merchant's key files lie");
  command.option("--base-url", options.base_url,
                 "another server than the one that runs on the data directory");
  command.option("--serial", options.wechatpay_serial,
                 "Wechatpay-Serial: the key that is to sign the answer");
}

Result<merchant::Answer> call(const Shared& shared, const CallOptions& options,
                              const SignedRequest& request) {
  const auto directory = find_merchant_directory(shared.data_dir, options.mchid, options.key_dir);
  if (!directory) return fail(directory.error());
  auto client =
      make_client(shared.data_dir, *directory, options.base_url, options.wechatpay_serial);
  if (!client) return fail(std::move(client.error()));
  auto answer = client->call(request.method, request.target, request.body);
  if (!answer) return fail("{}", answer.error());
  return std::move(answer.value());
}

void call_and_show(Shared& shared, const CallOptions& options, const SignedRequest& request) {
  const auto answer = call(shared, options, request);
  if (!answer) return shared.failed(answer.error());
  if (shared.json) {
    show_json(*answer);
  } else {
    show(*answer);
  }
  conclude(shared, *answer);
}

void post_and_show(Shared& shared, const CallOptions& options, const std::string& target,
                   const json::value& body) {
  auto text = body_text(body);
  if (!text) return shared.failed(text.error());
  call_and_show(shared, options, {"POST", target, std::move(*text)});
}

json::value parsed_body(const merchant::Answer& answer) {
  json::error_code error;
  json::value value = json::parse(answer.body, error);
  return error ? json::value() : value;
}

void conclude(Shared& shared, const merchant::Answer& answer) {
  if (answer.status >= 400) {
    shared.exit_code = kWireError;
  } else if (!answer.verified) {
    shared.failed({"the answer does not verify: " + answer.verify_error});
  }
}

std::string solution_for(const merchant::Answer& answer) {
  if (answer.status < 400) return {};
  const json::value body = parsed_body(answer);
  const apiv3::ErrorRow* row =
      apiv3::find_error_row(text_member(body, "code"), text_member(body, "message"));
  return row == nullptr ? std::string() : std::string(row->solution);
}

std::string answer_line(const merchant::Answer& answer) {
  const bool good = answer.status < 400;
  const std::string code = good ? "" : printable(text_member(parsed_body(answer), "code"));
  const std::string status = fmt::format("{}{}{}", answer.status, code.empty() ? "" : " ", code);
  const std::string signature =
      answer.verified
          ? styled(Style::good, "signature verified, key " + answer.header("Wechatpay-Serial"))
          : styled(Style::bad, "signature not verified: " + printable(answer.verify_error));
  return fmt::format("{}  {}", styled(good ? Style::good : Style::bad, status), signature);
}

std::string fresh_request_no(std::string_view prefix) {
  crypto::SystemRandom random;
  return fmt::format("{}{}", prefix, random.text(24, kAlphanumeric));
}

}  // namespace favorhook::cli
