// A server's configuration: defaults, then a TOML file, then environment variables FAVORHOOK_…,
// then the command line.
//
//   Result<Config> config = load_config("favorhook.toml", environ);
//
// Unknown keys are errors. docs/configuration.md lists every key; a test holds the two together.
// Pure but for reading the file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/result.h"
#include "delivery/ladder.h"
#include "gateway/gateway.h"
#include "net/egress.h"
#include "runtime/master_key.h"

namespace favorhook::runtime {

struct Address {
  std::string host;
  std::uint16_t port = 0;
  static Result<Address> from_text(std::string_view text);  // "127.0.0.1:8480", "[::1]:8480"
  std::string to_text() const;
};

struct Config {
  bool sandbox = true;  // `mode = "sandbox"` or "production"
  std::string data_dir = "./favorhook-data";
  Address listen{"127.0.0.1", 8480};
  Address tls_listen{"127.0.0.1", 8443};
  Address admin_listen{"127.0.0.1", 8481};
  std::size_t loops = 0;             // 0: one a core
  std::string tls_certificate_file;  // empty: one of favorhook's own CA
  std::string tls_key_file;
  Millis keep_alive = limits::kKeepAliveIdle;
  gateway::GatewayOptions gateway;
  std::optional<delivery::Ladder>
      ladder;  // nothing: documented in a sandbox, extended in production
  net::EgressOptions egress;
  Millis business_offset{0};  // sandbox only
  Micros commit_linger{0};
  LogLevel log_level = LogLevel::info;
  MasterKeyPlaces master_key;
  bool core_dumps = false;
};

// An empty path: no file.
Result<Config> load_config(const std::string& path,
                           const std::vector<std::pair<std::string, std::string>>& environment);
// The same from a file's text; `source` is what errors call it.
Result<Config> read_config(std::string_view toml, const std::string& source,
                           const std::vector<std::pair<std::string, std::string>>& environment);

}  // namespace favorhook::runtime
