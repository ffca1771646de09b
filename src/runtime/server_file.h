// server.json in the data directory: where the running server is found.
//
//   Result<void> written = write_server_file(data.file(kServerFile), place);
//   std::optional<ServerPlace> place = read_server_file(path);   // nothing: no server, or it died
//
// Thread safety: any. Errors: the file that cannot be written; what cannot be read or names a
// process that is gone counts as no server.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace favorhook::runtime {

inline constexpr const char* kServerFile = "server.json";

struct ServerPlace {
  std::int64_t pid = 0;
  std::string listen, tls_listen, admin_listen;  // address:port as bound
};

Result<void> write_server_file(const std::string& path, const ServerPlace& place);
std::optional<ServerPlace> read_server_file(const std::string& path);

}  // namespace favorhook::runtime
