#include "net/egress.h"

#include <algorithm>

#include "base/http_message.h"
#include "net/special_networks.h"
#include "net/url.h"

namespace favorhook::net {
namespace {

// Names that no public DNS holds: RFC 6761, 6762, 8375, ICANN's .internal, and .lan, which routers
// hand out.
constexpr std::string_view kLocalSuffixes[] = {".localhost", ".test", ".local",
                                               ".internal",  ".lan",  ".home.arpa"};

bool is_local_name(std::string_view host) {
  return host.find('.') == std::string_view::npos ||
         std::ranges::any_of(kLocalSuffixes, [&](auto suffix) { return host.ends_with(suffix); });
}

// "*.corp.example" allows every name below corp.example, and not corp.example itself.
bool name_matches(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return equal_ignoring_case(pattern, host);
  const std::string_view suffix = pattern.substr(1);
  return host.size() > suffix.size() &&
         equal_ignoring_case(suffix, host.substr(host.size() - suffix.size()));
}

// A developer's receiver listens anywhere. Public receivers of HTTPS stand on 443 or 8443; what
// else answers at a public address (mail, SSH, databases) has no business with a notification.
constexpr PortRange kSandboxPorts[] = {{1, 65535}};
constexpr PortRange kProductionPorts[] = {{443, 443}, {8443, 8443}};

std::vector<PortRange> usual_ports(EgressMode mode) {
  if (mode == EgressMode::sandbox) return {std::begin(kSandboxPorts), std::end(kSandboxPorts)};
  return {std::begin(kProductionPorts), std::end(kProductionPorts)};
}

std::optional<std::string> refuse_port(const EgressOptions& options, std::uint16_t port) {
  const auto has_port = [port](const PortRange& range) { return range.contains(port); };
  if (std::ranges::any_of(options.allowed_ports, has_port)) return std::nullopt;
  return fmt::format("port {} is not among the allowed ports", port);
}

std::string_view mode_name(EgressMode mode) {
  return mode == EgressMode::sandbox ? "the sandbox" : "production";
}

}  // namespace

Result<PortRange> PortRange::from_text(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = read_port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : read_port(text.substr(dash + 1));
  if (!first || !last || *first > *last) {
    return fail("\"{}\" is no port: write 443 or 8000-8999, from 1 to 65535", text);
  }
  return PortRange{*first, *last};
}

Egress::Egress(EgressOptions options) : options_(std::move(options)) {
  if (options_.allowed_ports.empty()) options_.allowed_ports = usual_ports(options_.mode);
}

std::optional<std::string> Egress::refuse_address(const IpAddress& address,
                                                  std::uint16_t port) const {
  if (auto why = refuse_port(options_, port)) return why;
  const NetworkKind kind = judge_network(address);
  if (kind.reach == Reach::never) {
    return fmt::format("{} is {}: never allowed", address.to_text(), kind.name);
  }
  const Reach own = options_.mode == EgressMode::sandbox ? Reach::local : Reach::public_net;
  if (kind.reach == own) return std::nullopt;
  if (std::ranges::any_of(options_.allowed_networks,
                          [&](const Network& network) { return network.contains(address); })) {
    return std::nullopt;
  }
  return fmt::format("{} is {}: not allowed in {}", address.to_text(), kind.name,
                     mode_name(options_.mode));
}

std::optional<std::string> Egress::text_fault(std::string_view text) const {
  const auto url = take_apart(text);
  if (!url) return std::string(url.error().chinese);
  if (url->scheme != "https") return "URL必须以https://开头";
  if (url->has_query) return "URL不能携带查询参数";
  if (url->has_fragment) return "URL不能携带片段标识(#)";
  const bool production = options_.mode == EgressMode::production;
  if (!url->host_is_address) {
    if (production && is_localhost(url->host)) return "URL的域名不允许访问";
    if (production && refuse_port(options_, url->port)) return "URL的端口不允许访问";
    return std::nullopt;
  }
  const IpAddress address = *IpAddress::from_text(url->host);
  const bool refused = production ? refuse_address(address, url->port).has_value()
                                  : judge_network(address).reach == Reach::never;
  return refused ? std::optional<std::string>("URL的IP地址或端口不允许访问") : std::nullopt;
}

std::optional<std::string> Egress::host_refused(std::string_view text) const {
  const auto url = take_apart(text);
  if (!url) return std::string(url.error().english);
  if (url->host_is_address) return refuse_address(*IpAddress::from_text(url->host), url->port);
  if (auto why = refuse_port(options_, url->port)) return why;
  if (options_.mode == EgressMode::production || is_local_name(url->host)) return std::nullopt;
  if (std::ranges::any_of(options_.allowed_names,
                          [&](const auto& name) { return name_matches(name, url->host); })) {
    return std::nullopt;
  }
  return fmt::format("{} is a public name: the sandbox sends nothing to public hosts", url->host);
}

}  // namespace favorhook::net
