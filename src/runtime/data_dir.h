// The data directory: made on the first start, 0700, its files 0600.
//
//   favorhook.json   {"format":1,"mode":"sandbox"}: whether it is a sandbox, written when it is
//   made; a mismatch is an error favorhook.db     the store      favorhook.lock   who holds it
//   ca.pem ca.key.pem   favorhook's own CA        tls.pem tls.key.pem   the API listener's
//   certificate admin.token      bearer token of /admin/v1     server.json   addresses of the
//   running server merchants/MCHID/ what a merchant gets, where `merchant add` was given no --out
//
// Errors: what could not be read or made, with its path. Files are written to a temporary name,
// synced and renamed.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "crypto/certificates.h"

namespace favorhook::runtime {

struct DataDir {
  std::string path;
  bool sandbox = true;
  bool made_now = false;
  crypto::CertificateAuthority authority;
  std::string admin_token;

  std::string file(std::string_view name) const { return path + "/" + std::string(name); }
};

// Opens it, or makes it where there is none. `sandbox`: as asked for; nothing: as it is, a new one
// is a sandbox.
Result<DataDir> open_data_dir(const std::string& path, std::optional<bool> sandbox);

Result<std::string> read_file(const std::string& path);
// Mode 0600 unless `public_file`.
Result<void> write_file(const std::string& path, std::string_view content,
                        bool public_file = false);

}  // namespace favorhook::runtime
