#include "runtime/config_keys.h"

#include <array>
#include <charconv>

#include "base/limits.h"

namespace favorhook::runtime {
namespace {

using Text = std::string_view;

Result<std::int64_t> number_from(Text text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < least || number > most) {
    return fail("must be a number from {} to {}", least, most);
  }
  return number;
}

// Elements separated by commas, without the spaces around them; an empty text has none.
std::vector<Text> elements_of(Text text) {
  std::vector<Text> elements;
  while (!text.empty()) {
    Text element = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), element.size() + 1));
    while (element.starts_with(' ')) element.remove_prefix(1);
    while (element.ends_with(' ')) element.remove_suffix(1);
    if (!element.empty()) elements.push_back(element);
  }
  return elements;
}

Result<void> set_mode(Config& config, Text text) {
  if (text != "sandbox" && text != "production") return fail("must be sandbox or production");
  config.sandbox = text == "sandbox";
  return {};
}

template <std::string Config::* kMember>
Result<void> set_text(Config& config, Text text) {
  config.*kMember = text;
  return {};
}

Result<void> set_data_dir(Config& config, Text text) {
  if (text.empty()) return fail("must be a directory");
  config.data_dir = text;
  return {};
}

Result<void> set_master_key_file(Config& config, Text text) {
  config.master_key.file = text;
  return {};
}

template <Address Config::* kMember>
Result<void> set_address(Config& config, Text text) {
  auto address = Address::from_text(text);
  if (!address) return fail(address.error());
  config.*kMember = std::move(*address);
  return {};
}

Result<void> set_loops(Config& config, Text text) {
  const auto count = number_from(text, 0, limits::kLoopsMax);
  if (!count) return fail(count.error());
  config.loops = static_cast<std::size_t>(*count);
  return {};
}

Result<void> set_keep_alive(Config& config, Text text) {
  const auto time =
      number_from(text, limits::kKeepAliveIdleLeast.count(), limits::kKeepAliveIdleMost.count());
  if (!time) return fail(time.error());
  config.keep_alive = Millis(*time);
  return {};
}

Result<void> set_wire(Config& config, Text text) {
  if (text != "documented" && text != "live") return fail("must be documented or live");
  config.gateway.wire = text == "live" ? apiv3::Wire::live : apiv3::Wire::documented;
  return {};
}

Result<void> set_update_time(Config& config, Text text) {
  if (text != "seconds" && text != "millis") return fail("must be seconds or millis");
  config.gateway.update_time_millis = text == "millis";
  return {};
}

// What a client signs as part of the path, so one spelling only: no escapes, no empty segment.
Result<void> set_base_path(Config& config, Text text) {
  static constexpr Text kPathCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  const bool fine = text.starts_with('/') && !text.ends_with('/') &&
                    text.find("//") == Text::npos &&
                    text.find_first_not_of(kPathCharacters) == Text::npos;
  if (!text.empty() && !fine) {
    return fail("must be a path as /wechat: letters, digits and - . _ ~, no / at its end");
  }
  config.gateway.base_path = text;
  return {};
}

Result<void> set_ladder(Config& config, Text text) {
  config.ladder = from_text<delivery::Ladder>(text);
  if (!config.ladder) return fail("must be documented or extended");
  return {};
}

Result<void> set_networks(Config& config, Text text) {
  std::vector<net::Network> networks;
  for (const Text element : elements_of(text)) {
    const auto network = net::Network::from_text(element);
    if (!network) return fail(network.error());
    networks.push_back(*network);
  }
  config.egress.allowed_networks = std::move(networks);
  return {};
}

Result<void> set_names(Config& config, Text text) {
  const auto elements = elements_of(text);
  config.egress.allowed_names.assign(elements.begin(), elements.end());
  return {};
}

Result<void> set_ports(Config& config, Text text) {
  std::vector<net::PortRange> ports;
  for (const Text element : elements_of(text)) {
    const auto range = net::PortRange::from_text(element);
    if (!range) return fail(range.error());
    ports.push_back(*range);
  }
  config.egress.allowed_ports = std::move(ports);
  return {};
}

Result<void> set_business_offset(Config& config, Text text) {
  const auto most = std::int64_t{limits::kBusinessOffsetMax.count()};
  const auto offset = number_from(text, -most, most);
  if (!offset) return fail(offset.error());
  config.business_offset = Millis(*offset);
  return {};
}

Result<void> set_commit_linger(Config& config, Text text) {
  const auto linger = number_from(text, 0, limits::kCommitLingerMax.count());
  if (!linger) return fail(linger.error());
  config.commit_linger = Micros(*linger);
  return {};
}

Result<void> set_log_level(Config& config, Text text) {
  const auto level = log_level_from(text);
  if (!level) return fail("must be debug, info, warning or error");
  config.log_level = *level;
  return {};
}

Result<void> set_core_dumps(Config& config, Text text) {
  if (text != "on" && text != "off") return fail("must be on or off");
  config.core_dumps = text == "on";
  return {};
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  static constexpr auto kKeys = std::to_array<ConfigKey>({
      {"mode", "sandbox", set_mode},
      {"data", "./favorhook-data", set_data_dir},
      {"listen", "127.0.0.1:8480", set_address<&Config::listen>},
      {"tls_listen", "127.0.0.1:8443", set_address<&Config::tls_listen>},
      {"admin_listen", "127.0.0.1:8481", set_address<&Config::admin_listen>},
      {"loops", "0", set_loops},
      {"tls_certificate_file", "", set_text<&Config::tls_certificate_file>},
      {"tls_key_file", "", set_text<&Config::tls_key_file>},
      {"master_key_file", "", set_master_key_file},
      {"keep_alive_ms", "60000", set_keep_alive},
      {"wire", "documented", set_wire},
      {"update_time", "seconds", set_update_time},
      {"base_path", "", set_base_path},
      {"ladder", "", set_ladder},
      {"egress_allowed_networks", "", set_networks},
      {"egress_allowed_names", "", set_names},
      {"egress_allowed_ports", "", set_ports},
      {"business_offset_ms", "0", set_business_offset},
      {"commit_linger_us", "0", set_commit_linger},
      {"log_level", "info", set_log_level},
      {"core_dumps", "off", set_core_dumps},
  });
  return kKeys;
}

}  // namespace favorhook::runtime
