#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "net/egress.h"
#include "net/native.h"

namespace favorhook::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

std::optional<int> read_prefix(std::string_view text, int most) {
  int bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits);
  const bool good = error == std::errc() && stop == end && bits >= 0 && bits <= most;
  return good ? std::optional(bits) : std::nullopt;
}

// The bits of the byte that belong to a network's prefix.
std::uint8_t prefix_mask(int prefix_bits, int byte) {
  const int bits = std::clamp(prefix_bits - byte * 8, 0, 8);
  return std::uint8_t(0xff00U >> unsigned(bits));
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

IpAddress IpAddress::v4(std::span<const std::uint8_t, 4> four) {
  IpAddress address;
  std::ranges::copy(kMappedPrefix, address.bytes.begin());
  std::ranges::copy(four, address.bytes.begin() + kMappedPrefix.size());
  return address;
}

std::string IpAddress::to_text() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), text, sizeof text);
  } else {
    inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  }
  return text;
}

std::optional<IpAddress> IpAddress::from_text(std::string_view text) {
  const std::string copy(text);
  if (copy.find('\0') != std::string::npos) return std::nullopt;
  IpAddress address;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  std::array<std::uint8_t, 4> four;
  if (inet_pton(AF_INET, copy.c_str(), four.data()) == 1) return v4(four);
  return std::nullopt;
}

bool Network::contains(const IpAddress& other) const {
  for (int i = 0; i < 16; ++i) {
    const std::uint8_t mask = prefix_mask(prefix_bits, i);
    const auto at = std::size_t(i);
    if ((address.bytes[at] & mask) != (other.bytes[at] & mask)) return false;
  }
  return true;
}

Result<Network> Network::from_text(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::from_text(text.substr(0, slash));
  if (!address)
    return fail("\"{}\" is no IP network: write 10.0.0.0/8, fd00::/8 or one address", text);
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  const auto bits = read_prefix(text.substr(slash + 1), dotted ? 32 : 128);
  if (!bits) return fail("\"{}\" has no prefix length after the slash", text);
  network.prefix_bits = dotted ? kMappedBits + *bits : *bits;
  for (int i = 0; i < 16; ++i) {
    const auto beyond = std::uint8_t(~prefix_mask(network.prefix_bits, i));
    if ((address->bytes[std::size_t(i)] & beyond) != 0) {
      return fail("\"{}\" has address bits beyond its prefix: write the network's first address",
                  text);
    }
  }
  return network;
}

tcp::endpoint to_endpoint(const IpAddress& address, std::uint16_t port) {
  if (address.is_v4()) {
    asio::ip::address_v4::bytes_type bytes{};
    std::copy_n(address.bytes.begin() + kMappedPrefix.size(), bytes.size(), bytes.begin());
    return {asio::ip::address_v4(bytes), port};
  }
  return {asio::ip::address_v6(address.bytes), port};
}

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

}  // namespace favorhook::net
