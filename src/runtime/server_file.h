// server.json in the data directory: where the running server is found.
//
//   Result<void> written = write_server_file(data.file(kServerFile), place);
//   std::optional<ServerPlace> place = read_server_file(path);   // nothing: no server, or it died
//   std::string url = local_url("http", place->listen);           // "http://127.0.0.1:8480"
//
// Thread safety: any. Errors: the file that cannot be written; what cannot be read or names a
// process that is gone counts as no server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace favorhook::runtime {

inline constexpr const char* kServerFile = "server.json";

struct ServerPlace {
  std::int64_t pid = 0;
  std::string listen, tls_listen, admin_listen;  // address:port as bound
};

Result<void> write_server_file(const std::string& path, const ServerPlace& place);
std::optional<ServerPlace> read_server_file(const std::string& path);

// A listener's address as a client of the same machine reaches it, since "0.0.0.0:8480" is no
// address to connect to; empty where there is no listener.
std::string local_url(std::string_view scheme, std::string_view address);

}  // namespace favorhook::runtime
