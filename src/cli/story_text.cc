#include "cli/story_text.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/object.hpp>
#include <cstdio>
#include <filesystem>

#include "apiv3/json.h"
#include "cli/post_text.h"
#include "cli/signed_call.h"
#include "cli/text_style.h"

namespace favorhook::cli {
namespace {

constexpr std::string_view kSnippet = R"(import { readFileSync } from 'node:fs';
import sdk from 'wechatpay-axios-plugin';
const keys = '@DIRECTORY@';
const { v3 } = new sdk.Wechatpay({
  mchid: '@MCHID@',
  serial: '@SERIAL@',
  privateKey: readFileSync(`${keys}/apiclient_key.pem`),
  certs: {
    '@PLATFORM@': readFileSync(`${keys}/wechatpay_@PLATFORM@.pem`),
  },
  baseURL: '@BASE_URL@/', // keep the slash at the end
});
const url = 'https://localhost:9000/notify';
console.log((await v3.marketing.busifavor.callbacks.post({ notify_url: url })).data);
)";

std::string replaced(std::string text, std::string_view mark, std::string_view with) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + with.size())) {
    text.replace(at, mark.size(), with);
  }
  return text;
}

std::string absolute(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::absolute(path, ignored).lexically_normal().string();
}

// The platform certificate's serial, or else the public key's id.
std::string platform_serial(const MerchantFiles& files) {
  std::string chosen;
  for (const std::string& serial : files.platform_keys.serials()) {
    if (chosen.empty() || !serial.starts_with("PUB_KEY_ID_")) chosen = serial;
  }
  return chosen;
}

}  // namespace

void Narrator::say(const std::string& line) {
  if (silent_) return;
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void Narrator::fact(std::string_view name, std::string_view value) {
  say(fmt::format("  {} {}", styled(Style::faint, fmt::format("{:<20}", name)), value));
}

void Narrator::step(std::string_view what) {
  say(fmt::format("\n{}", styled(Style::heading, fmt::format("{}. {}", ++steps_, what))));
}

void Narrator::note(std::string_view what) {
  say(fmt::format("  {}", what));
}

void Narrator::exchange(std::string_view method, std::string_view target,
                        const merchant::Answer& answer) {
  say(fmt::format("  {} {}\n  → {}", method, target, answer_line(answer)));
  if (!answer.body.empty()) say(pretty_text(answer.body, "    "));
}

void Narrator::notification(const ReceivedPost& post) {
  say(fmt::format("  POST {}  {}", printable(post.target),
                  styled(Style::good, "signature verified, resource opened")));
  std::string text = notification_text(post);
  text.pop_back();  // say() ends the line
  say(text);
  say(fmt::format("  → answered {}", post.answer.status));
}

void Narrator::attempt(const boost::json::object& attempt) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kPhases = {{
      {"dns", "DNS"},
      {"connect", "connect"},
      {"tls", "TLS"},
      {"first_byte", "first byte"},
      {"total", "total"},
  }};
  std::string phases;
  if (const boost::json::value* times = attempt.if_contains("phases_ms")) {
    for (const auto& [name, shown] : kPhases) {
      const boost::json::value* time =
          times->is_object() ? times->get_object().if_contains(name) : nullptr;
      if (time == nullptr || !time->is_number()) continue;
      phases +=
          fmt::format("{}{} {:.1f}", phases.empty() ? "" : ", ", shown, time->to_number<double>());
    }
  }
  say(fmt::format("  attempt {}: {}, status {}; phases in ms: {}",
                  apiv3::to_ordered_json(attempt.at("number")),
                  printable(text_member(attempt, "verdict")),
                  apiv3::to_ordered_json(attempt.at("status")), phases));
}

void Narrator::developer_facts(const DeveloperFacts& facts) {
  const std::string directory = absolute(facts.files.directory);
  const std::string data_dir = absolute(facts.data_dir);
  const std::string base_url =
      facts.server.http_url.empty() ? facts.server.https_url : facts.server.http_url;
  say(fmt::format("\n{}", styled(Style::heading, "What you need to aim your own program at it")));
  if (!facts.server.http_url.empty()) fact("base URL, http", facts.server.http_url + "/");
  if (!facts.server.https_url.empty()) {
    fact("base URL, https",
         fmt::format("{}/ (trust {}/ca.pem)", facts.server.https_url, directory));
  }
  fact("merchant id", facts.files.mchid);
  fact("appid", facts.appid);
  fact("certificate serial", facts.files.serial_no);
  fact("key files", directory);
  fact("admin API", fmt::format("{}/admin/v1/ (bearer token in {}/admin.token)",
                                facts.server.admin_url, data_dir));

  say(fmt::format("\n{}",
                  styled(Style::heading, "Node.js, with wechatpay-axios-plugin (snippet.mjs)")));
  std::string snippet = replaced(std::string(kSnippet), "@DIRECTORY@", directory);
  snippet = replaced(snippet, "@MCHID@", facts.files.mchid);
  snippet = replaced(snippet, "@SERIAL@", facts.files.serial_no);
  snippet = replaced(snippet, "@PLATFORM@", platform_serial(facts.files));
  say(replaced(snippet, "@BASE_URL@", base_url));

  const std::string program = printable(facts.program);
  const std::string options = fmt::format("--data {} --mchid {}", data_dir, facts.files.mchid);
  say(styled(Style::heading, "See notifications arrive"));
  say(fmt::format("  {} listen {} --port 9000", program, options));
  say(fmt::format("  {} callback set {} https://localhost:9000/notify", program, options));
}

}  // namespace favorhook::cli
