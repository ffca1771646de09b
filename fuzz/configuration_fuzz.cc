// A server's configuration (runtime/config.h). An input is a TOML text, a line "--", and lines
// NAME=VALUE of the environment.
//
// An error names the place or the key. What is taken is within the limits, opens no network that
// must stay closed, and is taken again alike when it is written as TOML.
#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "fuzz/input.h"
#include "runtime/config_keys.h"

namespace favorhook::fuzz {
namespace {

using runtime::Address;
using runtime::Config;
using Environment = std::vector<std::pair<std::string, std::string>>;

const std::string kSource = "f.toml";

// "loops must be a number …", "f.toml: listen must be …", "f.toml:3:1: …", "FAVORHOOK_X: there is
// no such key", or one of the rules between two keys, which names both.
void check_error(const std::string& why, const Environment& environment) {
  const auto names = [&](std::string_view text) { return why.find(text) != std::string::npos; };
  if (why.starts_with(kSource + ":")) return;
  const auto keys = runtime::config_keys();
  const bool of_a_key = std::ranges::any_of(keys, [&](const auto& key) { return names(key.name); });
  CHECK(of_a_key || std::ranges::any_of(environment, [&](const auto& pair) {
          return why.starts_with(pair.first);
        }));
}

void check_address(const Address& address) {
  const auto again = Address::from_text(address.to_text());
  CHECK(again && again->host == address.host && again->port == address.port);
}

void check_limits(const Config& config) {
  for (const Address* address : {&config.listen, &config.tls_listen, &config.admin_listen}) {
    check_address(*address);
  }
  CHECK(!config.data_dir.empty());
  CHECK(config.loops <= std::size_t(limits::kLoopsMax));
  CHECK(config.business_offset <= limits::kBusinessOffsetMax &&
        config.business_offset >= -limits::kBusinessOffsetMax);
  CHECK(config.sandbox || config.business_offset == Millis(0));
  CHECK(config.commit_linger >= Micros(0) && config.commit_linger <= limits::kCommitLingerMax);
  CHECK(config.tls_key_file.empty() == config.tls_certificate_file.empty());
  for (const net::Network& network : config.egress.allowed_networks) {
    CHECK(network.prefix_bits >= 0 && network.prefix_bits <= 128);
    CHECK(network.contains(network.address));
  }
  CHECK(config.egress.mode ==
        (config.sandbox ? net::EgressMode::sandbox : net::EgressMode::production));
}

// No list of networks of one's own reaches these.
void check_egress(const Config& config) {
  const net::Egress egress(config.egress);
  for (const char* text : {"169.254.169.254", "0.0.0.0", "fe80::1", "::ffff:169.254.169.254",
                           "224.0.0.1", "64:ff9b::a9fe:a9fe"}) {
    CHECK(egress.refuse_address(*net::IpAddress::from_text(text), 443));
  }
  CHECK(egress.refuse_address(*net::IpAddress::from_text("127.0.0.1"), 0));
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    const bool control = (c >= 0 && c < ' ') || c == 0x7f;
    out += control ? fmt::format("\\u{:04x}", unsigned(c)) : std::string(1, c);
  }
  return out + "\"";
}

std::string written(const Config& config) {
  std::string out = fmt::format("mode = \"{}\"\nloops = {}\nbusiness_offset_ms = {}\n",
                                config.sandbox ? "sandbox" : "production", config.loops,
                                config.business_offset.count());
  out += "data = " + in_quotes(config.data_dir);
  out += "\ntls_key_file = " + in_quotes(config.tls_key_file);
  out += "\ntls_certificate_file = " + in_quotes(config.tls_certificate_file);
  out += "\nlisten = " + in_quotes(config.listen.to_text());
  out += "\negress_allowed_names = [";
  for (const std::string& name : config.egress.allowed_names) out += in_quotes(name) + ",";
  return out + fmt::format("]\ncommit_linger_us = {}\n", config.commit_linger.count());
}

void check_again(const Config& config) {
  const auto again = runtime::read_config(written(config), kSource, {});
  CHECK(again);
  CHECK(again->sandbox == config.sandbox && again->loops == config.loops);
  CHECK(again->data_dir == config.data_dir);
  CHECK(again->tls_key_file == config.tls_key_file);
  CHECK(again->tls_certificate_file == config.tls_certificate_file);
  CHECK(again->listen.to_text() == config.listen.to_text());
  CHECK(again->egress.allowed_names == config.egress.allowed_names);
  CHECK(again->business_offset == config.business_offset);
  CHECK(again->commit_linger == config.commit_linger);
}

// An environment has no other characters, and a TOML text can hold no others.
bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0; });
}

}  // namespace
}  // namespace favorhook::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace favorhook;
  fuzz::Input input(data, size);
  const std::string_view toml = input.until("\n--\n");
  fuzz::Environment environment;
  while (!input.rest().empty()) {
    const std::string_view line = input.line();
    const auto equals = std::min(line.find('='), line.size());
    environment.emplace_back(line.substr(0, equals),
                             line.substr(std::min(equals + 1, line.size())));
  }
  const auto config = runtime::read_config(toml, fuzz::kSource, environment);
  if (!config) {
    fuzz::check_error(config.error().what, environment);
    return 0;
  }
  fuzz::check_limits(*config);
  fuzz::check_egress(*config);
  const bool writable = std::ranges::all_of(
      environment, [](const auto& pair) { return fuzz::is_ascii(pair.second); });
  if (writable) fuzz::check_again(*config);
  return 0;
}
