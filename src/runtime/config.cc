#include "runtime/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "runtime/config_keys.h"
#include "runtime/files.h"

namespace favorhook::runtime {
namespace {

constexpr std::string_view kPrefix = "FAVORHOOK_";

const ConfigKey* find_key(std::string_view name) {
  const auto keys = config_keys();
  const auto found = std::ranges::find(keys, name, &ConfigKey::name);
  return found == keys.end() ? nullptr : &*found;
}

std::string upper_case(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

// A TOML value as its key's setter reads it; nothing for tables and dates.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  const toml::array* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  std::string joined;
  for (const toml::node& element : *list) {
    const auto text = element.is_array() ? std::nullopt : text_of(element);
    if (!text) return std::nullopt;
    joined += (joined.empty() ? "" : ",") + *text;
  }
  return joined;
}

Result<void> apply_toml(Config& config, std::string_view toml, const std::string& source) {
  try {
    const toml::table table = toml::parse(toml, source);
    for (const auto& [name, node] : table) {
      const ConfigKey* key = find_key(name.str());
      if (key == nullptr) return fail("{}: there is no key {}", source, name.str());
      const auto value = text_of(node);
      if (!value) return fail("{}: {} must be a text, a number or a list", source, name.str());
      if (auto set = key->set(config, *value); !set) {
        return fail("{}: {} {}", source, name.str(), set.error().what);
      }
    }
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    return fail("{}:{}:{}: {}", source, at.line, at.column, error.description());
  }
  return {};
}

Result<void> apply_environment(
    Config& config, const std::vector<std::pair<std::string, std::string>>& environment) {
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix)) continue;
    const auto keys = config_keys();
    const auto key = std::ranges::find_if(keys, [&](const ConfigKey& each) {
      return upper_case(each.name) == std::string_view(name).substr(kPrefix.size());
    });
    if (key == keys.end()) return fail("{}: there is no such key", name);
    if (auto set = key->set(config, value); !set) return fail("{} {}", name, set.error().what);
  }
  return {};
}

Result<void> check_together(const Config& config) {
  if (config.tls_certificate_file.empty() != config.tls_key_file.empty()) {
    return fail("tls_certificate_file and tls_key_file belong together: give both or neither");
  }
  if (!config.sandbox && config.business_offset != Millis(0)) {
    return fail("business_offset_ms moves the business clock, which only a sandbox may");
  }
  if (!config.sandbox && !config.egress.allowed_names.empty()) {
    return fail("egress_allowed_names is for a sandbox; production resolves every name");
  }
  return {};
}

}  // namespace

Result<Address> Address::from_text(std::string_view text) {
  constexpr std::string_view kSays = "must be ADDRESS:PORT, as 127.0.0.1:8480 or [::1]:8480";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail("{}", kSays);
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host != "localhost") {
    const auto address = net::IpAddress::from_text(host);
    if (!address || address->is_v4() == bracketed) return fail("{}", kSays);
  }
  Address made{std::string(host), 0};
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, made.port);
  if (error != std::errc() || stop != end) return fail("{}", kSays);
  return made;
}

std::string Address::to_text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<Config> load_config(const std::string& path,
                           const std::vector<std::pair<std::string, std::string>>& environment) {
  if (path.empty()) return read_config("", path, environment);
  const auto toml = read_file(path);
  if (!toml) return fail(toml.error());
  return read_config(*toml, path, environment);
}

Result<Config> read_config(std::string_view toml, const std::string& source,
                           const std::vector<std::pair<std::string, std::string>>& environment) {
  Config config;
  if (auto done = apply_toml(config, toml, source); !done) return fail(done.error());
  if (auto done = apply_environment(config, environment); !done) return fail(done.error());
  if (auto done = check_together(config); !done) return fail(done.error());
  config.egress.mode = config.sandbox ? net::EgressMode::sandbox : net::EgressMode::production;
  return config;
}

}  // namespace favorhook::runtime
