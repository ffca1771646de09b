// Where favorhook may connect to: the policy on notification URLs and on the addresses behind them.
//
//   Egress egress({.mode = EgressMode::sandbox});
//   if (auto why = egress.refuse_address(address, port)) …   // at every connect, of what is met
//
// The sandbox allows loopback and private networks and nothing public; production public networks
// and nothing private; link-local and metadata addresses never. A list of networks (and in a
// sandbox, of names) of one's own adds to what is allowed, but never to the never. Thread safety:
// immutable. Source of the special networks: the IANA special-purpose address registries.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "coupon/url_policy.h"

namespace favorhook::net {

enum class EgressMode { sandbox, production };

// An IPv4 or IPv6 address; IPv4 lies in the last four bytes, mapped (::ffff:a.b.c.d).
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  std::string to_text() const;
  static IpAddress v4(std::span<const std::uint8_t, 4> four);
  static std::optional<IpAddress> from_text(std::string_view text);
};

struct Network {
  IpAddress address;
  int prefix_bits = 128;  // of the 128
  bool contains(const IpAddress& other) const;
  // "10.0.0.0/8", "fd00::/8", or a lone address.
  static Result<Network> from_text(std::string_view text);
};

struct PortRange {
  std::uint16_t first = 0, last = 0;
  bool operator==(const PortRange&) const = default;
  bool contains(std::uint16_t port) const { return first <= port && port <= last; }
  // "443", or "8000-8999".
  static Result<PortRange> from_text(std::string_view text);
};

struct EgressOptions {
  EgressMode mode = EgressMode::production;
  std::vector<Network> allowed_networks{};   // beside the mode's own
  std::vector<std::string> allowed_names{};  // sandbox: names beside the local ones that are
                                             // resolved; "*.corp.example" too
  std::vector<PortRange> allowed_ports{};    // empty: in a sandbox all, in production 443 and 8443
};

class Egress final : public coupon::UrlPolicy {
 public:
  explicit Egress(EgressOptions options);

  std::optional<std::string> text_fault(std::string_view url) const override;
  std::optional<std::string> host_refused(std::string_view url) const override;
  // Why nothing may be sent to this address and port; nothing where it may.
  std::optional<std::string> refuse_address(const IpAddress& address, std::uint16_t port) const;

 private:
  EgressOptions options_;
};

}  // namespace favorhook::net
