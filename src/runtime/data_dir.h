// The data directory: made on the first start, 0700, its files 0600.
//
//   favorhook.json     {"format":1,"mode":"sandbox"}; starting it in the other mode is an error
//   favorhook.db       the store; every private key of the server is in it, sealed
//   favorhook.lock     who holds it
//   master.key         a sandbox's own master key (master_key.h)
//   ca.pem             the certificate of favorhook's own CA
//   admin.token        bearer token of /admin/v1
//   server.json        addresses of the running server
//   merchants/MCHID/   what a merchant gets, where `merchant add` was given no --out
//
//   Result<DataDir> data = open_data_dir(config.data_dir, config.sandbox);
//
// Thread safety: any; two processes that make one take turns. Errors: what could not be read or
// made, with its path.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace favorhook::runtime {

struct DataDir {
  std::string path;
  bool sandbox = true;
  bool made_now = false;
  std::string admin_token;

  std::string file(std::string_view name) const { return path + "/" + std::string(name); }
};

// Opens it, or makes it where there is none. `sandbox`: as asked for; nothing: as it is, a new one
// is a sandbox.
Result<DataDir> open_data_dir(const std::string& path, std::optional<bool> sandbox);

// Its parts, for a restore. The mode that the marker tells, true for a sandbox; nothing where there
// is no marker.
Result<std::optional<bool>> mode_of_data_dir(const std::string& path);
// The same where there has to be one: of a path that was mistyped nothing is made.
Result<bool> mode_of_existing_data_dir(const std::string& path);
// Private, with its parents; one that is there stays as it is.
Result<void> make_directory(const std::string& path);
// One that was there, too.
Result<void> make_directory_private(const std::string& path);
// All but the store; the marker last.
Result<void> make_data_dir_files(const std::string& path, bool sandbox);

}  // namespace favorhook::runtime
